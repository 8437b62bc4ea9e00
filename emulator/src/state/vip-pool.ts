import { isIPv4, isIPv6 } from 'node:net';
import { ipv6At } from './address-family.ts';
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

/** The first address of a range of IPv6 like 2001:db8:51::/64; throws when it is not one. */
export function parseIpv6Range(cidr: string): string {
  const [base = '', bits = ''] = cidr.split('/');
  if (!isIPv6(base) || !base.endsWith('::') || bits !== '64')
    throw new Error(`"${cidr}" is not a range like 2001:db8:51::/64`);
  return base;
}

/** Where VIPs come from, by family. */
export interface VipRanges {
  readonly vips: string;
  readonly ipv6Vips: string;
}

/** As many as are looked through in a range of IPv6. */
const mostIpv6 = 65_535;

function* addressesOf({ vips, ipv6Vips }: VipRanges, isIpv6: boolean): Generator<string> {
  if (isIpv6) {
    const base = parseIpv6Range(ipv6Vips);
    for (let distance = 1; distance <= mostIpv6; distance++) yield ipv6At(base, distance);
    return;
  }
  const { first, last } = parseRange(vips);
  for (let value = first; value <= last; value++) yield toAddress(value);
}

/** The next address of a range that no load balancer has; undefined when all are taken. */
export function nextFreeVip(store: Store, ranges: VipRanges, isIpv6 = false): string | undefined {
  for (const vip of addressesOf(ranges, isIpv6)) if (!isVipTaken(store, vip)) return vip;
  return undefined;
}
