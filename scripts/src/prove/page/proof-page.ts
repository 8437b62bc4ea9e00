import { isPassed, type Result } from '../figures.ts';
import type { Row } from '../rows.ts';

export interface Machine {
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
}

interface Page {
  readonly rows: readonly Row[];
  readonly results: readonly Result[];
  readonly machine: Machine;
  /** The picture's file, beside the page; undefined without one. */
  readonly picture: string | undefined;
}

/** docs/proof.md: what ran, and beside it what did not. */
export function proofPage({ rows, results, machine, picture }: Page): string {
  const byName = new Map(results.map((result) => [result.name, result]));
  const ran = rows.flatMap(({ name }) => byName.get(name) ?? []);
  const notRun = rows.filter(({ name }) => !byName.has(name));
  const sources = [...new Set(ran.map(({ source }) => source))];
  const { cores, memoryGiB, kernel, node } = machine;
  return [
    '# Requests lost in rolling updates',
    '',
    'Written by `./scripts/prove`; [proofs.md](proofs.md#no-request-is-lost) says what it does and how to read it.',
    '',
    `Ran on ${cores} cores, ${memoryGiB} GiB, Linux ${kernel}, Node ${node}.`,
    'The CLB is the emulated one, which checks health 5 times as often as the cloud does.',
    `Sources: ${sources.join(', ') || 'none'}.`,
    '',
    ...(picture === undefined ? [] : [`![One rollout on a time line](${picture})`, '']),
    '| row | lost | requests | rollouts | at | verdict |',
    '| --- | --- | --- | --- | --- | --- |',
    ...ran.map(lineOf),
    '',
    ...lossesOf(ran),
    ...(notRun.length === 0 ? [] : ['## Not run', '', notRun.map(({ name }) => `\`${name}\``).join(', '), '']),
  ].join('\n');
}

function lineOf(result: Result): string {
  const { name, lost, requests, rollouts, at } = result;
  return `| \`${name}\` | ${lost} | ${requests} | ${rollouts} | ${at.slice(0, 16)} | ${verdictOf(result)} |`;
}

export function verdictOf(result: Result): string {
  const { mustLose, allowed, failure, lost } = result;
  if (failure !== null) return `failed: ${failure.replaceAll('|', ' ').replaceAll('\n', ' ').slice(0, 200)}`;
  if (!isPassed(result)) return mustLose ? 'failed: a control that loses nothing' : 'failed';
  if (mustLose) return 'loses, as it must';
  return lost > 0 ? `allowed: ${allowed ?? ''}` : 'passed';
}

/** The first few of each row that lost something. */
function lossesOf(results: readonly Result[]): readonly string[] {
  const lossy = results.filter(({ losses }) => losses.length > 0);
  if (lossy.length === 0) return [];
  const lines = lossy.flatMap(({ name, losses }) =>
    losses.slice(0, 3).map(({ atMs, target, phase, why, cause }) => {
      return `| \`${name}\` | ${new Date(atMs).toISOString()} | ${target} | ${phase} | ${why}; ${cause} |`;
    }),
  );
  return [
    '## The first losses of each row',
    '',
    '| row | at | target | its pod | cause |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ];
}
