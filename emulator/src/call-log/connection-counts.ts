/** A target that takes connections; on HTTP and HTTPS listeners, requests. */
export interface Taker {
  loadBalancerId: string;
  listenerId: string;
  /** Null where targets are the listener's own. */
  ruleId: string | null;
  ip: string;
  port: number;
}

/** New connections of a target by the second in which they came. */
export interface TakenConnections extends Taker {
  total: number;
  seconds: { atMs: number; count: number }[];
}

export interface ConnectionCounts {
  add(taker: Taker, count: number, atMs: number): void;
  /** What came since; a second that had begun before counts whole. */
  since(ms: number): TakenConnections[];
}

const secondMs = 1000;
/** How many seconds back are remembered for each target. */
const remembered = 3600;

interface Entry {
  taker: Taker;
  seconds: Map<number, number>;
}

function forget({ seconds }: Entry, second: number): void {
  for (const old of seconds.keys()) {
    if (old > second - remembered) return;
    seconds.delete(old);
  }
}

/** Starts empty. */
export function createConnectionCounts(): ConnectionCounts {
  const entries = new Map<string, Entry>();
  return {
    add(taker, count, atMs) {
      const { listenerId, ruleId, ip, port } = taker;
      const key = `${listenerId} ${ruleId ?? ''} ${ip}:${port}`;
      const entry = entries.get(key) ?? { taker, seconds: new Map<number, number>() };
      entries.set(key, entry);
      const second = Math.floor(atMs / secondMs);
      entry.seconds.set(second, (entry.seconds.get(second) ?? 0) + count);
      forget(entry, second);
    },
    since(ms) {
      const first = Math.floor(ms / secondMs);
      return [...entries.values()].flatMap(({ taker, seconds }) => {
        const own = [...seconds].filter(([second]) => second >= first);
        if (own.length === 0) return [];
        const total = own.reduce((sum, [, count]) => sum + count, 0);
        return [{ ...taker, total, seconds: own.map(([second, count]) => ({ atMs: second * secondMs, count })) }];
      });
    },
  };
}
