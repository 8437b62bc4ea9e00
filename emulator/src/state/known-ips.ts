import { BlockList } from 'node:net';
import { familyOf } from './address-family.ts';

const kindOf = (ip: string) => (familyOf(ip) === 'IPv6' ? 'ipv6' : 'ipv4');

/** Whether an address is in one of these ranges. */
export function createRanges(ranges: readonly string[]): (ip: string) => boolean {
  const known = new BlockList();
  for (const range of ranges) {
    const [base = '', bits = kindOf(range) === 'ipv6' ? '128' : '32'] = range.split('/');
    known.addSubnet(base, Number(bits), kindOf(base));
  }
  return (ip) => known.check(ip, kindOf(ip));
}

/** Returns whether the VPC knows an IP; without ranges it knows all of them. */
export function createIpKnowledge(ranges: readonly string[]): (ip: string) => boolean {
  return ranges.length === 0 ? () => true : createRanges(ranges);
}
