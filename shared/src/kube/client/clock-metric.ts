import type { Registry } from 'prom-client';
import { gauge, onScrape } from '../../runtime/metrics.ts';
import type { ServerClock } from './server-clock.ts';

/** Shows how far the clocks of the API server and of this node are apart. */
export function showClockOffset(registry: Registry | undefined, clock: Pick<ServerClock, 'offsetMs'>): void {
  const offset = gauge(registry, {
    name: 'clock_offset_seconds',
    help: "How far the API server's clock is ahead of this node's.",
    labelNames: [],
  });
  onScrape(offset, () => {
    const offsetMs = clock.offsetMs();
    if (offsetMs !== undefined) offset.set(offsetMs / 1000);
  });
}
