import type { Clock } from '../runtime/clock.ts';
import { placesOf } from '../state/place.ts';
import type { Store } from '../state/store.ts';
import { cameIn } from './cuts.ts';
import type { Kernel } from './kernel.ts';
import { entrancesOf, type Connections } from './route.ts';

interface Options {
  store: Store;
  kernel: Pick<Kernel, 'connections'>;
  clock: Clock;
  report: (problem: string) => void;
  /** Called after each count. */
  changed: () => void;
}

/** How often the connections of LEAST_CONN listeners are counted. */
const countMs = 1000;

/** Counts the connections of LEAST_CONN listeners once a second; a new count makes a new order. */
export function startCounting({ store, kernel, clock, report, changed }: Options): Connections {
  let counts = new Map<string, number>();
  const keyOf = (listenerId: string, ip: string, port: number) => `${listenerId} ${ip} ${port}`;
  const wanting = () =>
    [...store.loadBalancers.values()]
      .flatMap(placesOf)
      .filter(
        ({ loadBalancer, listener }) =>
          listener.scheduler === 'LEAST_CONN' && entrancesOf(loadBalancer, listener).length > 0,
      );

  async function count(): Promise<void> {
    const places = wanting();
    if (places.length === 0) return;
    const present = await kernel.connections();
    const found = new Map<string, number>();
    for (const { loadBalancer, listener } of places) {
      const entrances = entrancesOf(loadBalancer, listener);
      const own = present.filter((one) => one.mark === 0 && entrances.some((entrance) => cameIn(entrance, one)));
      // Closing connections do not count as load.
      for (const { target } of own.filter((one) => one.state === undefined || one.state === 'ESTABLISHED')) {
        const key = keyOf(listener.id, target.ip, target.port);
        found.set(key, (found.get(key) ?? 0) + 1);
      }
    }
    counts = found;
    changed();
  }
  const again = () =>
    void clock.after(
      countMs,
      () =>
        void count()
          .catch((error: unknown) => report(`counting connections: ${String(error)}`))
          .finally(again),
    );
  again();
  return (listener, { ip, port }) => counts.get(keyOf(listener.id, ip, port)) ?? 0;
}
