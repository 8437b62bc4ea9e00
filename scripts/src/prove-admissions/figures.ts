const counts = ['asked', 'created', 'failed', 'failedOpen', 'ungated', 'unregistered', 'blind', 'lost'] as const;

/** One run of one case, as the tests write it down, one JSON line each. */
export interface CaseRun {
  readonly name: string;
  readonly policy: string;
  readonly lost: number;
  readonly figures: Readonly<Record<Exclude<(typeof counts)[number], 'lost'>, number>>;
}

/** All runs of one case under one policy, added up. */
export type CaseTotal = Readonly<Record<(typeof counts)[number], number>> & {
  readonly name: string;
  readonly policy: string;
  readonly runs: number;
};

export function readRuns(text: string): readonly CaseRun[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as CaseRun);
}

/** Adds the runs of each case up, in the order in which cases were first met. */
export function addUp(runs: readonly CaseRun[]): readonly CaseTotal[] {
  const byCase = Map.groupBy(runs, ({ policy, name }) => JSON.stringify([policy, name]));
  return [...byCase.values()].flatMap(([first, ...rest]) => (first === undefined ? [] : [total(first, rest)]));
}

function total(first: CaseRun, rest: readonly CaseRun[]): CaseTotal {
  const all = [first, ...rest];
  const sum = (key: (typeof counts)[number]) =>
    all.reduce((soFar, { lost, figures }) => soFar + { ...figures, lost }[key], 0);
  const sums = Object.fromEntries(counts.map((key) => [key, sum(key)])) as Record<(typeof counts)[number], number>;
  return { policy: first.policy, name: first.name, runs: all.length, ...sums };
}

/** A table for people. */
export function tableOf(totals: readonly CaseTotal[]): readonly string[] {
  const columns = ['runs', 'asked', 'failed', 'failedOpen', 'ungated', 'lost', 'unregistered'] as const;
  const rows = totals.map((each) => [each.policy, each.name, ...columns.map((key) => String(each[key]))]);
  const cells = [['policy', 'case', ...columns.map((key) => headings[key])], ...rows];
  const widths = cells[0]?.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0))) ?? [];
  const pad = (text: string, i: number) => (i < 2 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0));
  return cells.map((row) => row.map(pad).join('  ').trimEnd());
}

const headings = {
  runs: 'runs',
  asked: 'asked',
  failed: 'failed',
  failedOpen: 'failed open',
  ungated: 'ungated',
  lost: 'lost',
  unregistered: 'no registration',
} as const;
