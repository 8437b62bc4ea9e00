import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Every metric of ours starts with it, so that they sort together and never collide with others. */
const prefix = 'clb_direct_';

interface Description<Label extends string> {
  /** Without the common prefix. */
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
}

/** The counter of that name. Parts that share a registry share the metric and differ by label. */
export function counter<Label extends string>(
  registry: Registry | undefined,
  description: Description<Label>,
): Counter<Label> {
  const name = `${prefix}${description.name}`;
  const known = registry?.getSingleMetric(name);
  return known instanceof Counter ? known : new Counter({ ...description, name, registers: registersOf(registry) });
}

/** The gauge of that name, see counter. */
export function gauge<Label extends string>(
  registry: Registry | undefined,
  description: Description<Label>,
): Gauge<Label> {
  const name = `${prefix}${description.name}`;
  const known = registry?.getSingleMetric(name);
  return known instanceof Gauge ? known : new Gauge({ ...description, name, registers: registersOf(registry) });
}

/** The histogram of that name, see counter. */
export function histogram<Label extends string>(
  registry: Registry | undefined,
  description: Description<Label> & { readonly buckets: readonly number[] },
): Histogram<Label> {
  const name = `${prefix}${description.name}`;
  const known = registry?.getSingleMetric(name);
  if (known instanceof Histogram) return known;
  return new Histogram({ ...description, name, buckets: [...description.buckets], registers: registersOf(registry) });
}

/**
 * Sets values at scrape time. prom-client has one hook per metric, so parts that share a metric are called one after
 * the other.
 */
export function onScrape<Label extends string>(
  metric: Gauge<Label> | Counter<Label> | Histogram<Label>,
  update: () => void,
): void {
  const hooked: typeof metric & { collect?: () => void | Promise<void> } = metric;
  const others = hooked.collect?.bind(hooked);
  hooked.collect = async () => {
    await others?.();
    update();
  };
}

function registersOf(registry: Registry | undefined): Registry[] {
  return registry === undefined ? [] : [registry];
}
