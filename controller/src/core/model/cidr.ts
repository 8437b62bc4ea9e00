import { canonicalIp, familyOf, type AddressFamily } from './address-family.ts';

/** A range of addresses, such as 192.0.2.0/24 or 2001:db8::/32. */
export interface Cidr {
  readonly family: AddressFamily;
  /** Its one spelling, without bits of a host. */
  readonly text: string;
  /** How many leading bits all its addresses share. */
  readonly bits: number;
}

/** As Kubernetes reads it: bits of a host do not count. undefined: it is no range. */
export function readCidr(text: string): Cidr | undefined {
  const [ip = '', length = '', ...more] = text.trim().split('/');
  const address = canonicalIp(ip);
  const family = familyOf(ip);
  const bits = Number(length);
  const isLength = /^(0|[1-9]\d{0,2})$/.test(length) && bits <= (family === 'IPv4' ? 32 : 128);
  if (address === undefined || !isLength || more.length > 0) return undefined;
  const first = family === 'IPv4' ? masked4(address, bits) : masked6(address, bits);
  return { family, text: `${first}/${bits}`, bits };
}

function masked4(address: string, bits: number): string {
  const parts = address.split('.').map(Number);
  return parts.map((part, at) => part & maskOf(bits, at, 8)).join('.');
}

function masked6(address: string, bits: number): string {
  const [head = '', tail] = address.split('::');
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => 0);
  const groups = [...before, ...zeros, ...after].map((group, at) => group & maskOf(bits, at, 16));
  const text = groups.map((group) => group.toString(16)).join(':');
  return canonicalIp(text) ?? text;
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => parseInt(group, 16));
}

/** Of the part at a position, of so many bits each. */
function maskOf(bits: number, at: number, size: number): number {
  const kept = Math.min(size, Math.max(0, bits - at * size));
  return ((1 << kept) - 1) << (size - kept);
}
