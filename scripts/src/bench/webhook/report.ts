import { spreadOf, type Spread } from '../statistics.ts';
import { table } from '../table.ts';
import type { Contestant } from './contestants.ts';
import type { Measurement } from './measure.ts';

type Name = Contestant['name'];

/** Everything that one run has seen. */
export interface Seen {
  readonly titles: Readonly<Record<Name, string>>;
  /** One entry a round. */
  readonly measurements: Readonly<Record<Name, readonly Measurement[]>>;
  /** Milliseconds to the first answer, one entry a start. */
  readonly starts: Readonly<Record<Name, readonly number[]>>;
  /** The same with a warm compile cache; empty where there is none. */
  readonly cachedStarts: Readonly<Record<Name, readonly number[]>>;
}

/** What one run amounts to: plain figures, as the last line prints them. */
export interface Summary {
  readonly bench: 'webhook';
  readonly rounds: number;
  readonly figures: { readonly toBareHttps: number; readonly toControllerRuntime: number };
  readonly spreads: {
    readonly toBareHttps: Spread;
    readonly toControllerRuntime: Spread;
    /** By processor time a review: other programs on the machine change it less than throughput. */
    readonly toBareHttpsByCpu: Spread;
  };
  readonly servers: Readonly<Record<Name, Readonly<Record<string, Spread>>>>;
}

const goal = { toBareHttps: 0.8, toControllerRuntime: 7 } as const;
const floor = { toBareHttps: 0.72, toControllerRuntime: 6 } as const;
const fewestRounds = 7;

/**
 * Sums a run up. A ratio compares measurements of one round, because the load of the machine changes from round to
 * round.
 */
export function summarize(seen: Seen): Summary {
  const toBareHttps = ratios(seen, 'bareHttps', perSecond);
  const toControllerRuntime = ratios(seen, 'controllerRuntime', perSecond);
  const toBareHttpsByCpu = ratios(seen, 'bareHttps', perCpu);
  return {
    bench: 'webhook',
    rounds: seen.measurements.ours.length,
    figures: { toBareHttps: toBareHttps.median, toControllerRuntime: toControllerRuntime.median },
    spreads: { toBareHttps, toControllerRuntime, toBareHttpsByCpu },
    servers: {
      ours: serverFigures(seen, 'ours'),
      bareHttps: serverFigures(seen, 'bareHttps'),
      controllerRuntime: serverFigures(seen, 'controllerRuntime'),
    },
  };
}

const perSecond = (measurement: Measurement) => measurement.reviewsPerSecond;
const perCpu = (measurement: Measurement) => 1 / measurement.cpuUs;

function ratios(seen: Seen, other: Name, speedOf: (measurement: Measurement) => number): Spread {
  const theirs = seen.measurements[other].map(speedOf);
  return spreadOf(seen.measurements.ours.map((measurement, round) => speedOf(measurement) / (theirs[round] ?? NaN)));
}

const figureNames = ['reviewsPerSecond', 'p50Us', 'p99Us', 'cpuUs', 'rssMiB', 'serverShare', 'clientShare'] as const;

function serverFigures(seen: Seen, name: Name): Record<string, Spread> {
  const spreads = figureNames.map(
    (figure) => [figure, spreadOf(seen.measurements[name].map((measurement) => measurement[figure]))] as const,
  );
  const cached = seen.cachedStarts[name];
  return {
    ...Object.fromEntries(spreads),
    firstAnswerMs: spreadOf(seen.starts[name]),
    ...(cached.length === 0 ? {} : { firstAnswerWithCompileCacheMs: spreadOf(cached) }),
  };
}

/** What people read. */
export function describe(summary: Summary, titles: Seen['titles']): string {
  const heads = ['median (least-most)', 'reviews/s', 'p50 ms', 'p99 ms', 'CPU µs', 'RSS MiB'];
  const columns = ['reviewsPerSecond', 'p50Us', 'p99Us', 'cpuUs', 'rssMiB'];
  const names = ['ours', 'bareHttps', 'controllerRuntime'] as const;
  const rows = names.map((name) => [
    titles[name],
    ...columns.map((column) => cell(column, summary.servers[name][column])),
  ]);
  const more = ['firstAnswerMs', 'firstAnswerWithCompileCacheMs', 'serverShare', 'clientShare'];
  const moreRows = names.map((name) => [
    titles[name],
    ...more.map((column) => cell(column, summary.servers[name][column])),
  ]);
  const moreHeads = ['', 'first answer ms', 'with compile cache', 'server core %', 'client core %'];
  return [table([heads, ...rows]), table([moreHeads, ...moreRows]), ratioLines(summary)].join('\n\n');
}

const scaled: Readonly<Record<string, (value: number) => string>> = {
  p50Us: (us) => (us / 1_000).toFixed(2),
  p99Us: (us) => (us / 1_000).toFixed(1),
  serverShare: (share) => (share * 100).toFixed(0),
  clientShare: (share) => (share * 100).toFixed(0),
};

function cell(figure: string, spread: Spread | undefined): string {
  if (spread === undefined) return '';
  const show = scaled[figure] ?? ((value: number) => value.toFixed(0));
  return `${show(spread.median)} (${show(spread.min)}-${show(spread.max)})`;
}

function ratioLines({ spreads, rounds }: Summary): string {
  const figures = (text: string, { median, min, max }: Spread) =>
    `${text}: ${median.toFixed(2)} (${min.toFixed(2)}-${max.toFixed(2)} over ${rounds} rounds)`;
  const line = (text: string, spread: Spread, wanted: number) => `${figures(text, spread)}, goal ${wanted}`;
  return [
    line('throughput of ours to bare node:https', spreads.toBareHttps, goal.toBareHttps),
    figures('  the same by processor time a review', spreads.toBareHttpsByCpu),
    line('throughput of ours to controller-runtime', spreads.toControllerRuntime, goal.toControllerRuntime),
  ].join('\n');
}

/** What is wrong with a run; empty = nothing. Fewer rounds than seven judge nothing. */
export function problemsOf(summary: Summary): readonly string[] {
  const { figures, rounds, servers } = summary;
  const missed = (['toBareHttps', 'toControllerRuntime'] as const)
    .filter((name) => rounds >= fewestRounds && !(figures[name] >= floor[name]))
    .map((name) => `${name} is ${figures[name].toFixed(2)}, under ${floor[name]}`);
  const slowClient = Object.entries(servers)
    .filter(([, server]) => (server['clientShare']?.median ?? 0) > 0.9)
    .map(([name]) => `the load client was as busy as it can be against ${name}: its throughput is the client's`);
  return [...missed, ...slowClient];
}
