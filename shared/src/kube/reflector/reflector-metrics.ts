import type { Registry } from 'prom-client';
import { counter, gauge, onScrape } from '../../runtime/metrics.ts';

/** The metrics of one reflector. */
export interface ReflectorMetrics {
  items(count: number): void;
  relisted(): void;
  failed(): void;
}

/** The age of the last contact is asked for at scrape time, so that it grows when nothing happens. */
export function reflectorMetrics(
  name: string,
  lastContactAgeMs: () => number,
  registry: Registry | undefined,
): ReflectorMetrics {
  const labels = { reflector: name };
  const labelNames = ['reflector'] as const;
  const age = gauge(registry, {
    name: 'reflector_last_contact_age_seconds',
    help: 'Time since the API server last said anything on this list or watch.',
    labelNames,
  });
  const items = gauge(registry, { name: 'reflector_items', help: 'Objects kept.', labelNames });
  const relists = counter(registry, { name: 'reflector_lists_total', help: 'Whole lists read.', labelNames });
  const errors = counter(registry, {
    name: 'reflector_failures_total',
    help: 'Lists and watches that ended with an error.',
    labelNames,
  });
  relists.inc(labels, 0);
  errors.inc(labels, 0);
  onScrape(age, () => age.set(labels, lastContactAgeMs() / 1_000));
  return {
    items: (count) => items.set(labels, count),
    relisted: () => relists.inc(labels),
    failed: () => errors.inc(labels),
  };
}
