/** A target whose new connections are counted; on HTTP and HTTPS listeners, its requests. */
export interface CountedTarget {
  loadBalancerId: string;
  listenerId: string;
  /** Null where targets are the listener's own. */
  ruleId: string | null;
  ip: string;
  port: number;
}

/** New connections of a target by the second in which they came. */
export interface TargetConnections extends CountedTarget {
  total: number;
  seconds: { atMs: number; count: number }[];
}

export interface ConnectionCounts {
  add(target: CountedTarget, count: number, atMs: number): void;
  /** What came since; a second that had begun before counts whole. */
  since(ms: number): TargetConnections[];
}

const secondMs = 1000;
/** How many seconds back are remembered for each target. */
const remembered = 3600;

interface Entry {
  target: CountedTarget;
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
    add(target, count, atMs) {
      const { listenerId, ruleId, ip, port } = target;
      const key = `${listenerId} ${ruleId ?? ''} ${ip}:${port}`;
      const entry = entries.get(key) ?? { target, seconds: new Map<number, number>() };
      entries.set(key, entry);
      const second = Math.floor(atMs / secondMs);
      entry.seconds.set(second, (entry.seconds.get(second) ?? 0) + count);
      forget(entry, second);
    },
    since(ms) {
      const first = Math.floor(ms / secondMs);
      return [...entries.values()].flatMap(({ target, seconds }) => {
        const own = [...seconds].filter(([second]) => second >= first);
        if (own.length === 0) return [];
        const total = own.reduce((sum, [, count]) => sum + count, 0);
        return [{ ...target, total, seconds: own.map(([second, count]) => ({ atMs: second * secondMs, count })) }];
      });
    },
  };
}
