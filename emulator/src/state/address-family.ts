import { isIPv4, isIPv6 } from 'node:net';

export type AddressFamily = 'IPv4' | 'IPv6';

/** The family of what is known to be an address. */
export function familyOf(ip: string): AddressFamily {
  return ip.includes(':') ? 'IPv6' : 'IPv4';
}

/** The one spelling of an address; undefined when the text is none. */
export function canonicalIp(text: string): string | undefined {
  if (isIPv4(text)) return text;
  // The kernel's lists have the same spelling as URLs.
  return isIPv6(text) && !text.includes('%') ? new URL(`http://[${text}]`).hostname.slice(1, -1) : undefined;
}

/** The bytes of an address, 4 or 16. */
export function bytesOf(ip: string): number[] {
  if (familyOf(ip) === 'IPv4') return ip.split('.').map(Number);
  const [head = '', tail = ''] = ip.split('::');
  const [before, after] = [groupsOf(head), groupsOf(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 255]);
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => parseInt(group, 16));
}

/** An address before a port. */
export function inUrl(ip: string): string {
  return familyOf(ip) === 'IPv6' ? `[${ip}]` : ip;
}

/** The address at a distance from the first one of a range of the last 32 bits; 2001:db8:: and 10 are 2001:db8::a. */
export function ipv6At(base: string, distance: number): string {
  const [high, low] = [Math.floor(distance / 65_536), distance % 65_536].map((part) => part.toString(16));
  const text = `${base}${high}:${low}`;
  return canonicalIp(text) ?? text;
}
