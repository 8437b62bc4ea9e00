import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import type { ClbPort } from '../core/model/clb-port.ts';
import { kindOf } from '../core/model/cloud-trouble.ts';
import { unknownQuota, type Quota } from '../core/model/quota.ts';

/** It changes when somebody has asked Tencent for more; while something waits for room, that should show soon. */
const pauses = { usualMs: 3_600_000, soonMs: 60_000, checkMs: 5_000 };
/** The first looks wait this long for it at most: what they plan beyond the quota would be refused. */
const firstMs = 3_000;

interface Options {
  readonly clb: Pick<ClbPort, 'describeQuota'>;
  readonly log: Log;
  /** By a clock that never jumps. */
  readonly nowMs: () => number;
}

/** The quota of the account: one call for all CLBs, seldom. What could not be read stays as it was, or unknown. */
export class AccountQuota {
  readonly #options: Options;
  #now: Quota = unknownQuota;
  #askedAtMs: number | undefined;
  #isUrgent = false;
  #lastTrouble = '';

  constructor(options: Options) {
    this.#options = options;
  }

  get now(): Quota {
    return this.#now;
  }

  /** Something does not fit, or the CLB says so. */
  noteFull(): void {
    this.#isUrgent = true;
  }

  /** Never fails, and never takes long. */
  async readFirst(signal: AbortSignal): Promise<void> {
    await this.#read(AbortSignal.any([signal, AbortSignal.timeout(firstMs)]));
  }

  async keepRead(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.readIfDue(signal);
      await sleep(pauses.checkMs, signal).catch(() => undefined);
    }
  }

  async readIfDue(signal: AbortSignal): Promise<void> {
    const pauseMs = this.#isUrgent ? pauses.soonMs : pauses.usualMs;
    const isDue = this.#askedAtMs === undefined || this.#options.nowMs() - this.#askedAtMs >= pauseMs;
    if (isDue) await this.#read(signal);
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { clb, nowMs } = this.#options;
    this.#askedAtMs = nowMs();
    this.#isUrgent = false;
    try {
      this.#now = await clb.describeQuota(signal);
      this.#lastTrouble = '';
    } catch (error) {
      this.#tell(error, signal);
    }
  }

  /** An account that may not read it is not told so every hour. */
  #tell(error: unknown, signal: AbortSignal): void {
    const trouble = kindOf(error);
    // An account that may not read it will seldom be allowed to within the hour.
    this.#isUrgent ||= trouble !== 'credentials';
    if (signal.aborted || trouble === this.#lastTrouble) return;
    this.#lastTrouble = trouble;
    const text = 'The quota cannot be read; what the CLB refuses for it is tried again, and more slowly';
    this.#options.log.warn({ err: error }, text);
  }
}
