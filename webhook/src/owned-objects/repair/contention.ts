import type { Repeat } from '@clb-direct/shared/domain/finding.ts';

/**
 * Remembers what was repaired when. A field that another writer changes again and again (a managed fields conflict) is
 * repaired with growing pauses.
 */
export interface Contention {
  /** How long to wait before these drifts may be repaired; 0 = now. The most urgent one counts. */
  waitMs(object: string, drifts: readonly string[]): number;
  /** These drifts were just repaired. Returns those that other writers change again and again. */
  repaired(object: string, drifts: readonly string[]): readonly string[];
}

const windowMs = 300_000;
/** How often it is reported that a drift is contested: the writer may delete the object each time. */
export const contestedRepeat: Repeat = { by: 'message', afterMs: windowMs, acrossUids: true };
/** Repairs of one drift within the window that count as normal. */
const normalRepairs = 5;
const pauses = { firstMs: 2_000, mostMs: 30_000 };
/** Without these no pod gets its gate, so they never wait for longer than people would notice. */
const urgentPauses = { firstMs: 250, mostMs: 1_000 };
const urgent: ReadonlySet<string> = new Set([
  'missing',
  'entry',
  'caBundle',
  'service',
  'port',
  'selector',
  'type',
  'clusterIP',
  'content',
]);

/** Times are milliseconds of a clock that never jumps. */
export function createContention(monotonicMs: () => number): Contention {
  const repairs = new Map<string, readonly number[]>();

  function recent(object: string, drift: string): readonly number[] {
    const since = monotonicMs() - windowMs;
    return (repairs.get(`${object}/${drift}`) ?? []).filter((atMs) => atMs > since);
  }

  function waitOf(object: string, drift: string): number {
    const times = recent(object, drift);
    const excess = times.length - normalRepairs;
    if (excess <= 0) return 0;
    const { firstMs, mostMs } = urgent.has(drift) ? urgentPauses : pauses;
    const pauseMs = Math.min(mostMs, firstMs * 2 ** (excess - 1));
    return Math.max(0, (times.at(-1) ?? 0) + pauseMs - monotonicMs());
  }

  return {
    waitMs: (object, drifts) => Math.min(...drifts.map((drift) => waitOf(object, drift))),
    repaired(object, drifts) {
      for (const drift of drifts) repairs.set(`${object}/${drift}`, [...recent(object, drift), monotonicMs()]);
      return drifts.filter((drift) => recent(object, drift).length > normalRepairs);
    },
  };
}
