import type { Clock } from './clock.ts';

/** The API counts per calendar second (seen, not documented): after one second a new count has begun. */
const windowMs = 1000;
/**
 * A tenth of the rate may go at once: rate and burst together stay below the limit, which is a tenth above the rate.
 */
const burstShare = 0.1;
const belowLimit = 0.9;
/** The limit that a refusal named may have been that of a bad minute: after each such time without one we go faster. */
const calmMs = 60_000;
const fasterBy = 1.5;

/** How fast requests of one action may go. */
export class Pace {
  readonly #clock: Clock;
  readonly #mostPerSecond: number;
  #perSecond: number;
  #tokens: number;
  #countedAt: number;
  #closedUntil: number;
  /** The last refusal, or when it became faster after that. */
  #calmSince: number;

  constructor({ perSecond, clock }: { perSecond: number; clock: Clock }) {
    this.#clock = clock;
    this.#mostPerSecond = perSecond;
    this.#perSecond = perSecond;
    this.#tokens = burstOf(perSecond);
    this.#countedAt = clock.now();
    this.#closedUntil = this.#countedAt;
    this.#calmSince = this.#countedAt;
  }

  /** How long until there is a token; 0: now. */
  untilTokenMs(): number {
    const now = this.#clock.now();
    this.#goFaster(now);
    const filled = this.#tokens + ((now - this.#countedAt) / 1000) * this.#perSecond;
    this.#tokens = Math.min(burstOf(this.#perSecond), filled);
    this.#countedAt = now;
    const ms = Math.max(this.#closedUntil - now, ((1 - this.#tokens) / this.#perSecond) * 1000);
    return Math.max(0, Math.ceil(ms));
  }

  takeToken(): void {
    this.#tokens -= 1;
  }

  /** Nothing goes for a second, and for a minute no faster than the limit that the API named. */
  refused(limitPerSecond: number | undefined): void {
    const now = this.#clock.now();
    this.#tokens = 0;
    this.#closedUntil = now + windowMs;
    this.#calmSince = now;
    if (limitPerSecond !== undefined) this.#perSecond = Math.min(this.#perSecond, belowLimitOf(limitPerSecond));
  }

  #goFaster(now: number): void {
    for (; this.#perSecond < this.#mostPerSecond && now - this.#calmSince >= calmMs; this.#calmSince += calmMs)
      this.#perSecond = Math.min(this.#mostPerSecond, fasterBy * this.#perSecond);
  }
}

function belowLimitOf(limitPerSecond: number): number {
  return Math.max(1, limitPerSecond) * belowLimit;
}

function burstOf(perSecond: number): number {
  return Math.max(1, Math.ceil(perSecond * burstShare));
}
