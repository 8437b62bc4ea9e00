import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { surroundingsFrom } from '@clb-direct/cluster/cluster.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { prepareMachine, preparePython } from '../stack/prepare-machine.ts';
import { root } from '../stack/stack.ts';
import { jest, wholeSystem, withOwnOptions } from './jest.ts';
import { onOwnStack } from './own-stack.ts';
import { runShown } from './run-shown.ts';
import { addTallies, failure, readJestTally, type Tally } from './tally.ts';

export interface Run {
  readonly jestArgs: readonly string[];
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/** A part of the tests that can be run alone. */
export type Part = (run: Run) => Promise<Tally>;

async function check({ signal }: Run): Promise<Tally> {
  const code = await runShown({
    command: [process.execPath, join(root, 'scripts/src/check/main.ts')],
    cwd: root,
    signal,
  });
  return code === 0 ? { passed: 1, failed: 0 } : failure;
}

/** More workers than cores, because many tests wait for sockets and timers. jest takes no share above 100 %. */
const workers = Math.ceil(availableParallelism() * 1.5);

/** On a busy machine a test may take its time. */
async function unit({ jestArgs, signal }: Run): Promise<Tally> {
  const own = withOwnOptions([`--maxWorkers=${workers}`, '--testTimeout=30000'], jestArgs);
  return runJest(['unit'], { jestArgs: own, signal }, (command) => command);
}

/** Whole programs and real traffic: each test file has ports and network namespaces of its own. */
async function programs({ jestArgs, signal }: Run): Promise<Tally> {
  const own = withOwnOptions(['--maxWorkers=100%', '--testTimeout=60000'], jestArgs);
  return runJest(['programs'], { jestArgs: own, signal }, (command) => command);
}

/**
 * The official Python and Go SDKs and command line, which the first run installs, and the controller, each against the
 * emulated CLB.
 */
async function clients({ jestArgs, signal }: Run): Promise<Tally> {
  preparePython(surroundingsFrom(process.env), say);
  const own = withOwnOptions(['--testTimeout=120000'], jestArgs);
  return runJest(['clients'], { jestArgs: own, signal }, (command) => command);
}

/** What the local cluster promises, tried on this machine. */
async function machine({ jestArgs, signal }: Run): Promise<Tally> {
  prepareMachine(surroundingsFrom(process.env), say);
  const own = withOwnOptions(['--forceExit', '--testTimeout=1500000'], jestArgs);
  return runJest(['machine'], { jestArgs: own, signal }, (command) => command);
}

/** Projects of whole-system tests that run together on a cluster. */
interface Group {
  readonly projects: readonly string[];
  readonly jestArgs: readonly string[];
}

/** Their files keep to namespaces and CLBs of their own. */
export const atOnce = (...projects: readonly string[]): Group => ({ projects, jestArgs: [`--maxWorkers=${workers}`] });
/** A load needs a machine that is not too busy. */
export const twoAtOnce = (...projects: readonly string[]): Group => ({ projects, jestArgs: ['--maxWorkers=2'] });
export const oneByOne = (...projects: readonly string[]): Group => ({ projects, jestArgs: ['--maxWorkers=1'] });

/** One group after the other, on one Kubernetes. */
export function onCluster(...groups: readonly Group[]): Part {
  return async ({ jestArgs, signal }) =>
    onOwnStack({ name: `test-${process.pid}`, signal }, async ({ cluster, env }) => {
      const tallies: Tally[] = [];
      for (const group of groups) {
        // A pattern may match files of one group only.
        const none = jestArgs.length > 0 ? ['--passWithNoTests'] : [];
        const own = { jestArgs: withOwnOptions([...wholeSystem, ...none, ...group.jestArgs], jestArgs), signal, env };
        tallies.push(await runJest(group.projects, own, (command) => cluster.commandIn('node', command, root)));
      }
      return addTallies(tallies);
    });
}

async function runJest(
  projects: readonly string[],
  { jestArgs, signal, env }: Run,
  within: (command: readonly string[]) => readonly string[],
): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'clb-direct-test-'));
  const report = join(folder, 'report.json');
  try {
    const args = ['--selectProjects', ...projects, '--ci', '--json', `--outputFile=${report}`, ...jestArgs];
    const code = await runShown({ command: within([...jest, ...args]), cwd: root, signal, env, stdout: 'hide' });
    return readJestTally(await readFile(report, 'utf8').catch(() => ''), code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const parts = {
  ...{ check, unit, programs, clients, machine },
  e2e: onCluster(atOnce('parallel'), twoAtOnce('loads'), oneByOne('serial')),
  conformance: onCluster(atOnce('conformance')),
};
