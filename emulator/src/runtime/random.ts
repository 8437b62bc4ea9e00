/** Numbers in [0, 1), the same row for the same seed. */
export type Random = () => number;

/** mulberry32: small, quick and good enough to draw latencies and ids from. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A latency by its median and its 99th percentile. */
export interface Spread {
  p50Ms: number;
  p99Ms: number;
}

/** z of the 99th percentile of a normal distribution. */
const z99 = 2.326;

/** Draws from the lognormal distribution with this median and 99th percentile; never more than twice the latter. */
export function drawMs(spread: Spread, random: Random): number {
  if (spread.p50Ms <= 0) return 0;
  const sigma = Math.log(Math.max(spread.p99Ms / spread.p50Ms, 1)) / z99;
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(spread.p50Ms * Math.exp(sigma * normal), 2 * spread.p99Ms);
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** As many characters of [a-z0-9]. */
export function drawLetters(count: number, random: Random): string {
  const letters = Array.from({ length: count }, () => alphabet.charAt(Math.floor(random() * alphabet.length)));
  return letters.join('');
}

/** An id as the cloud makes them: prefix and eight of [a-z0-9]. */
export function drawId(prefix: 'lb' | 'lbl' | 'loc', random: Random): string {
  return `${prefix}-${drawLetters(8, random)}`;
}
