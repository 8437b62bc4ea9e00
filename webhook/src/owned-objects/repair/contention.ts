/** Remembers what was repaired when: a field that others change again and again is put right with growing pauses. */
export interface Fights {
  /** How long to wait before these drifts may be repaired; 0 = now. The most urgent one counts. */
  waitMs(object: string, drifts: readonly string[]): number;
  /** These drifts were just repaired. */
  repaired(object: string, drifts: readonly string[]): Fought;
}

/** Which of the drifts are fought over. */
export interface Fought {
  readonly contested: readonly string[];
  /** Those of them that nobody was told of for a while. */
  readonly news: readonly string[];
}

const windowMs = 300_000;
const peacefulRepairs = 5;
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
export function createFights(monotonicMs: () => number): Fights {
  const repairs = new Map<string, readonly number[]>();
  const toldAtMs = new Map<string, number>();

  function recent(object: string, drift: string): readonly number[] {
    const since = monotonicMs() - windowMs;
    return (repairs.get(`${object}/${drift}`) ?? []).filter((atMs) => atMs > since);
  }

  function waitOf(object: string, drift: string): number {
    const times = recent(object, drift);
    const excess = times.length - peacefulRepairs;
    if (excess <= 0) return 0;
    const { firstMs, mostMs } = urgent.has(drift) ? urgentPauses : pauses;
    const pauseMs = Math.min(mostMs, firstMs * 2 ** (excess - 1));
    return Math.max(0, (times.at(-1) ?? 0) + pauseMs - monotonicMs());
  }

  function isNews(key: string): boolean {
    if (monotonicMs() - (toldAtMs.get(key) ?? -Infinity) < windowMs) return false;
    toldAtMs.set(key, monotonicMs());
    return true;
  }

  return {
    waitMs: (object, drifts) => Math.min(...drifts.map((drift) => waitOf(object, drift))),
    repaired(object, drifts) {
      for (const drift of drifts) repairs.set(`${object}/${drift}`, [...recent(object, drift), monotonicMs()]);
      const contested = drifts.filter((drift) => recent(object, drift).length > peacefulRepairs);
      return { contested, news: contested.filter((drift) => isNews(`${object}/${drift}`)) };
    },
  };
}
