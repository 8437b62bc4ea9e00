import { BlockList } from 'node:net';

/** Returns whether the VPC knows an IP; without ranges it knows all of them. */
export function createIpKnowledge(ranges: readonly string[]): (ip: string) => boolean {
  if (ranges.length === 0) return () => true;
  const known = new BlockList();
  for (const range of ranges) {
    const [base = '', bits = ''] = range.split('/');
    known.addSubnet(base, Number(bits), 'ipv4');
  }
  return (ip) => known.check(ip, 'ipv4');
}
