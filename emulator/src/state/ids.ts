import { drawId, type Random } from '../runtime/random.ts';
import type { Store } from './store.ts';

type Prefix = 'lb' | 'lbl' | 'loc';

function isTaken({ loadBalancers }: Store, id: string): boolean {
  if (loadBalancers.has(id)) return true;
  const listeners = [...loadBalancers.values()].flatMap((loadBalancer) => loadBalancer.listeners);
  return listeners.some((listener) => listener.id === id || listener.rules.some((rule) => rule.id === id));
}

/** An id that nothing has: a state that was loaded may have those that this row of random numbers begins with. */
export function newId(prefix: Prefix, { store, random }: { store: Store; random: Random }): string {
  for (;;) {
    const id = drawId(prefix, random);
    if (!isTaken(store, id)) return id;
  }
}
