import { isIPv4 } from 'node:net';
import { toAddress, toNumber } from './ipv4-ranges.ts';
import type { Store } from './store.ts';

/** First and last usable address of a range like 198.51.100.0/24; throws when it is not one. */
export function parseRange(cidr: string): { first: number; last: number } {
  const [base = '', bits = ''] = cidr.split('/');
  if (!isIPv4(base) || !/^([89]|[12]\d|30)$/.test(bits))
    throw new Error(`"${cidr}" is not a range like 198.51.100.0/24`);
  const size = 2 ** (32 - Number(bits));
  const start = Math.floor(toNumber(base) / size) * size;
  return { first: start + 1, last: start + size - 2 };
}

/** Whether some load balancer has this address, as its VIP or to send from. */
export function isVipTaken(store: Store, vip: string): boolean {
  return [...store.loadBalancers.values()].some(
    ({ vips, snatIps }) => vips.includes(vip) || snatIps.some(({ Ip }) => Ip === vip),
  );
}

/** The next address of the range that no load balancer has; undefined when all are taken. */
export function nextFreeVip(store: Store, cidr: string): string | undefined {
  const { first, last } = parseRange(cidr);
  for (let value = first; value <= last; value++) {
    const vip = toAddress(value);
    if (!isVipTaken(store, vip)) return vip;
  }
  return undefined;
}
