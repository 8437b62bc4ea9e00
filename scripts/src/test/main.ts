import { parseOptions, UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';
import { explain } from '../explain.ts';
import { runProgram } from '../run-program.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { atOnce, onCluster, oneByOne, parts, twoAtOnce, type Part, type Run } from './parts.ts';
import { addTallies, failure, type Tally } from './tally.ts';

const usage = `Usage: ./scripts/test [--only check|unit|programs|clients|machine|e2e|conformance] [-- JEST-ARGUMENTS]

Checks the code, runs the unit tests and those of whole programs, lets clients that are not ours call the emulated
CLB, tries the local cluster itself, then runs the whole-system tests on a Kubernetes of their own and asks there what
Kubernetes' documentation of Ingress promises. An option of jest that you give counts in place of the part's own.
The last line is "N passed, N failed"; the exit code is 0 only if nothing failed.`;

const { check, unit, programs, clients, machine } = parts;

/** One after the other, and side by side what mostly waits. What needs a Kubernetes shares one. */
const whole: readonly Readonly<Record<string, Part>>[] = [
  { check },
  { unit },
  { programs, clients, machine },
  { 'e2e and conformance': onCluster(atOnce('parallel', 'conformance'), twoAtOnce('loads'), oneByOne('serial')) },
];

function parseCommandLine() {
  const options = { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
  return parseOptions({ allowPositionals: true, options });
}

function choose(only: string | undefined): typeof whole {
  if (only === undefined) return whole;
  const part = Object.entries(parts).find(([name]) => name === only)?.[1];
  if (part !== undefined) return [{ [only]: part }];
  const names = 'check, unit, programs, clients, machine, e2e or conformance';
  throw new UsageError(`there is no part "${only}": write ${names}`);
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
  for (const together of chosen) {
    tallies.push(...(await Promise.all(Object.entries(together).map(async (one) => runPart(one, run)))));
  }
  const { passed, failed } = addTallies(tallies);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

async function runPart([name, part]: readonly [string, Part], run: Run): Promise<Tally> {
  if (run.signal.aborted) return failure;
  say(`--- ${name}`);
  try {
    return await part(run);
  } catch (error) {
    for (const line of explain(error, 'scripts/test').lines) console.error(line);
    return failure;
  }
}

await runProgram('scripts/test', main);
