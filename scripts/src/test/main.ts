import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { surroundingsFrom } from '@clb-direct/cluster/cluster.ts';
import { parseOptions, UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';
import { explain } from '../explain.ts';
import { runProgram } from '../run-program.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { prepareMachine, preparePython } from '../stack/prepare-machine.ts';
import { root } from '../stack/stack.ts';
import { jest, wholeSystem } from './jest.ts';
import { onOwnStack } from './own-stack.ts';
import { runShown } from './run-shown.ts';
import { addTallies, failure, readJestTally, type Tally } from './tally.ts';

const usage = `Usage: ./scripts/test [--only check|unit|programs|clients|machine|e2e] [-- JEST-ARGUMENTS]

Checks the code, runs the unit tests and those of whole programs, lets clients that are not ours call the emulated
CLB, runs the whole-system tests on a Kubernetes of their own, then tries the local cluster itself.
The last line is "N passed, N failed"; the exit code is 0 only if nothing failed.`;

interface Run {
  readonly jestArgs: readonly string[];
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

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
  const own = [`--maxWorkers=${workers}`, '--testTimeout=30000', ...jestArgs];
  return runJest('unit', { jestArgs: own, signal }, (command) => command);
}

/** Whole programs and real traffic: each test file has ports and network namespaces of its own. */
async function programs({ jestArgs, signal }: Run): Promise<Tally> {
  const own = ['--maxWorkers=100%', '--testTimeout=60000', ...jestArgs];
  return runJest('programs', { jestArgs: own, signal }, (command) => command);
}

/**
 * The official Python and Go SDKs and command line, which the first run installs, and the controller, each against the
 * emulated CLB.
 */
async function clients({ jestArgs, signal }: Run): Promise<Tally> {
  preparePython(surroundingsFrom(process.env), say);
  return runJest('clients', { jestArgs: ['--testTimeout=120000', ...jestArgs], signal }, (command) => command);
}

/** What the local cluster promises, tried on this machine. */
async function machine({ jestArgs, signal }: Run): Promise<Tally> {
  prepareMachine(surroundingsFrom(process.env), say);
  const own = ['--forceExit', '--testTimeout=1500000', ...jestArgs];
  return runJest('machine', { jestArgs: own, signal }, (command) => command);
}

async function e2e({ jestArgs, signal }: Run): Promise<Tally> {
  return onOwnStack({ name: `test-${process.pid}`, signal }, async ({ cluster, env }) => {
    const within = (command: readonly string[]) => cluster.commandIn('node', command, root);
    const run = async (project: string, ...own: readonly string[]) =>
      runJest(project, { jestArgs: [...wholeSystem, ...own, ...jestArgs], signal, env }, within);
    const parallel = await run('parallel', `--maxWorkers=${workers}`);
    return addTallies([parallel, await run('serial', '--runInBand')]);
  });
}

async function runJest(
  project: string,
  { jestArgs, signal, env }: Run,
  within: (command: readonly string[]) => readonly string[],
): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'clb-direct-test-'));
  const report = join(folder, 'report.json');
  try {
    const args = ['--selectProjects', project, '--ci', '--json', `--outputFile=${report}`, ...jestArgs];
    const code = await runShown({ command: within([...jest, ...args]), cwd: root, signal, env, stdout: 'hide' });
    return readJestTally(await readFile(report, 'utf8').catch(() => ''), code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const parts: Readonly<Record<string, (run: Run) => Promise<Tally>>> = { check, unit, programs, clients, e2e, machine };

/** One after the other, and side by side what mostly waits. */
const order: readonly (readonly string[])[] = [['check'], ['unit'], ['programs', 'clients'], ['e2e'], ['machine']];

function parseCommandLine() {
  const options = { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
  return parseOptions({ allowPositionals: true, options });
}

function choose(only: string | undefined): readonly (readonly string[])[] {
  if (only === undefined) return order;
  if (Object.hasOwn(parts, only)) return [[only]];
  throw new UsageError(`there is no part "${only}": write check, unit, programs, clients, machine or e2e`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseCommandLine();
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  const chosen = choose(values.only);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const run = { jestArgs: positionals, signal: stop.signal };
  const tallies: Tally[] = [];
  for (const names of chosen) {
    tallies.push(...(await Promise.all(names.map(async (name) => runPart(name, run, parts[name])))));
  }
  const { passed, failed } = addTallies(tallies);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

async function runPart(name: string, run: Run, part: ((run: Run) => Promise<Tally>) | undefined): Promise<Tally> {
  if (part === undefined || run.signal.aborted) return failure;
  say(`--- ${name}`);
  try {
    return await part(run);
  } catch (error) {
    for (const line of explain(error, 'scripts/test').lines) console.error(line);
    return failure;
  }
}

await runProgram('scripts/test', main);
