import { spreadOf, type Spread } from '../statistics.ts';
import { table } from '../table.ts';

/** Where requests go: to the target itself, or to it by a listener of the emulator. */
export const ways = ['direct', 'l4', 'l7'] as const;
export type Way = (typeof ways)[number];
/** Whether a client keeps its connections, or makes one for each request. */
export const modes = ['kept', 'new'] as const;
export type Mode = (typeof modes)[number];

/** One measurement of one way: throughput with many clients, latency with one. */
export interface Measurement {
  readonly requestsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly requests: number;
  readonly failures: number;
}
/** One entry a round. */
export type Seen = Readonly<Record<Mode, Readonly<Record<Way, readonly Measurement[]>>>>;

/** What one run amounts to: plain figures, as the last line prints them. */
export interface Summary {
  readonly bench: 'emulator';
  readonly rounds: number;
  readonly requests: number;
  readonly failures: number;
  /** By mode and way: throughput as a share of going direct, and what is added to the median latency. */
  readonly figures: Readonly<Record<string, number>>;
  readonly spreads: Readonly<Record<string, Spread>>;
}

const figureNames = { requestsPerSecond: 'RequestsPerSecond', p50Us: 'P50Us', p99Us: 'P99Us' } as const;

/**
 * Sums a run up. It compares measurements of one round, because the load of the machine changes from round to round.
 */
export function summarize(seen: Seen): Summary {
  const spreads: Record<string, Spread> = {};
  for (const mode of modes) {
    for (const way of ways) {
      const measurements = seen[mode][way];
      for (const figure of ['requestsPerSecond', 'p50Us', 'p99Us'] as const) {
        spreads[`${mode}.${way}${figureNames[figure]}`] = spreadOf(
          measurements.map((measurement) => measurement[figure]),
        );
      }
      if (way !== 'direct') Object.assign(spreads, compared(seen[mode], mode, way));
    }
  }
  const all = modes.flatMap((mode) => ways.flatMap((way) => seen[mode][way]));
  return {
    bench: 'emulator',
    rounds: seen.kept.direct.length,
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
    failures: all.reduce((sum, { failures }) => sum + failures, 0),
    figures: Object.fromEntries(Object.entries(spreads).map(([name, { median }]) => [name, rounded(median)])),
    spreads,
  };
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

function compared(measurements: Seen[Mode], mode: Mode, way: 'l4' | 'l7'): Record<string, Spread> {
  const pairs = measurements[way].map((measurement, round) => ({
    measurement,
    direct: measurements.direct[round] ?? measurement,
  }));
  return {
    [`${mode}.${way}ToDirect`]: spreadOf(
      pairs.map(({ measurement, direct }) => measurement.requestsPerSecond / direct.requestsPerSecond),
    ),
    [`${mode}.${way}AddedUs`]: spreadOf(pairs.map(({ measurement, direct }) => measurement.p50Us - direct.p50Us)),
  };
}

const titles = {
  direct: 'direct',
  l4: 'TCP listener',
  l7: 'HTTP listener',
  kept: 'kept connections',
  new: 'a connection each',
};

/** What people read. */
export function describe({ spreads, requests, failures }: Summary): string {
  const heads = ['median (least-most)', 'requests/s', 'to direct', 'p50 ms', 'added ms', 'p99 ms'];
  const rows = modes.flatMap((mode) =>
    ways.map((way) => {
      const cell = (figure: string, show: (value: number) => string) => {
        const spread = spreads[`${mode}.${way}${figure}`];
        return spread ? `${show(spread.median)} (${show(spread.min)}-${show(spread.max)})` : '';
      };
      const ms = (us: number) => (us / 1000).toFixed(2);
      return [
        `${titles[way]}, ${titles[mode]}`,
        cell('RequestsPerSecond', (value) => value.toFixed(0)),
        cell('ToDirect', (value) => value.toFixed(2)),
        cell('P50Us', ms),
        cell('AddedUs', ms),
        cell('P99Us', ms),
      ];
    }),
  );
  return `${table([heads, ...rows])}\n\nof ${requests} requests ${failures} were lost`;
}

/** What is wrong with a run; empty = nothing. How fast it is, is not judged: a lost request is. */
export function problemsOf({ requests, failures }: Summary): readonly string[] {
  return failures === 0 ? [] : [`of ${requests} requests ${failures} were lost or not answered with 200`];
}
