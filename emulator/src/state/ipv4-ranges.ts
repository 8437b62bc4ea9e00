import { isIPv4 } from 'node:net';

/** Addresses from the first to the last, as numbers. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** Every IPv4 address. */
export const everyAddress: AddressRange = { first: 0, last: 2 ** 32 - 1 };

/** An IPv4 address as a number. */
export function toNumber(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The IPv4 address of a number. */
export function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** The addresses of a range like 10.0.0.0/8, or one address; undefined when the text is neither. */
export function parseCidr(text: string): AddressRange | undefined {
  const [base = '', bits = '32', ...more] = text.split('/');
  if (!isIPv4(base) || !/^([12]?\d|3[0-2])$/.test(bits) || more.length > 0) return undefined;
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(toNumber(base) / size) * size;
  return { first, last: first + size - 1 };
}

/** The parts of ranges that are inside another range, and those that are outside. */
export function splitBy(ranges: readonly AddressRange[], by: AddressRange) {
  const isRange = ({ first, last }: AddressRange) => first <= last;
  const inside = ranges.map(({ first, last }) => ({
    first: Math.max(first, by.first),
    last: Math.min(last, by.last),
  }));
  const outside = ranges.flatMap(({ first, last }) => [
    { first, last: Math.min(last, by.first - 1) },
    { first: Math.max(first, by.last + 1), last },
  ]);
  return { inside: inside.filter(isRange), outside: outside.filter(isRange) };
}

/** The same addresses in order, in as few ranges as possible. The given ranges do not overlap. */
export function joinRanges(ranges: readonly AddressRange[]): AddressRange[] {
  const joined: AddressRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.first - b.first)) {
    const before = joined.at(-1);
    if (before?.last === range.first - 1) joined[joined.length - 1] = { first: before.first, last: range.last };
    else joined.push(range);
  }
  return joined;
}
