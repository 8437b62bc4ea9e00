import type { Clock } from '../runtime/clock.ts';
import type { LoadBalancer } from './model.ts';
import type { Change, Store } from './store.ts';

interface Version {
  sinceMs: number;
  /** Undefined when it was gone. */
  copy: LoadBalancer | undefined;
}

/** What load balancers were at times past. */
export interface History {
  at: (ms: number) => ReadonlyMap<string, LoadBalancer>;
  end: () => void;
}

interface Options {
  store: Store;
  clock: Clock;
  /** Older versions are not needed. */
  keepMs: number;
}

const loadBalancerOf = (change: Change): LoadBalancer => {
  if ('loadBalancer' in change) return change.loadBalancer;
  return 'at' in change ? change.at.loadBalancer : change.of.loadBalancer;
};

/** Copies each load balancer now and after each of its changes; what was before now is taken to be as it is now. */
export function recordHistory({ store, clock, keepMs }: Options): History {
  const versions = new Map<string, Version[]>();
  const changed = new Set<string>();

  for (const [id, loadBalancer] of store.loadBalancers) {
    versions.set(id, [{ sinceMs: -Infinity, copy: structuredClone(loadBalancer) }]);
  }

  function copy(id: string): void {
    const loadBalancer = store.loadBalancers.get(id);
    const all = versions.get(id) ?? [];
    const next = { sinceMs: clock.now(), copy: loadBalancer && structuredClone(loadBalancer) };
    const oldest = all.findLastIndex(({ sinceMs }) => sinceMs <= clock.now() - keepMs);
    versions.set(id, [...all.slice(Math.max(oldest, 0)), next]);
  }
  function copyChanged(): void {
    changed.forEach(copy);
    changed.clear();
  }
  const end = store.watch((change) => {
    // Once for all the changes that one call makes.
    if (changed.size === 0) queueMicrotask(copyChanged);
    changed.add(loadBalancerOf(change).id);
  });

  return {
    at(ms) {
      const found = [...versions].map(([id, all]) => [id, all.findLast(({ sinceMs }) => sinceMs <= ms)?.copy] as const);
      return new Map(found.filter((entry): entry is [string, LoadBalancer] => entry[1] !== undefined));
    },
    end,
  };
}
