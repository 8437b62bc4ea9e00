import type { ProxyTarget } from './config.ts';

/** New requests, or TCP_SSL connections, that a target of a pool got. */
export interface Taken {
  poolId: string;
  ip: string;
  port: number;
  count: number;
}

/** Counts who gets new requests. */
export interface TakenCount {
  add(poolId: string, target: ProxyTarget): void;
  /** What came since the last call. */
  drain(): Taken[];
}

/** Starts at nothing. */
export function createTakenCount(): TakenCount {
  const counts = new Map<string, Taken>();
  return {
    add(poolId, { ip, port }) {
      const key = `${poolId} ${ip}:${port}`;
      const taken = counts.get(key) ?? { poolId, ip, port, count: 0 };
      taken.count += 1;
      counts.set(key, taken);
    },
    drain() {
      const all = [...counts.values()];
      counts.clear();
      return all;
    },
  };
}
