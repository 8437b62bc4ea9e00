import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommandLine, usage, type Asked } from './command-line.ts';
import { addUp, readRuns, tableOf } from './figures.ts';
import { root } from '../stack/stack.ts';
import { runProgram } from '../run-program.ts';
import { stopOnSignals } from '@clb-direct/shared/runtime/command-line/stop-on-signals.ts';
import { jest, wholeSystem } from '../test/jest.ts';
import { onOwnStack } from '../test/own-stack.ts';
import { runShown } from '../test/run-shown.ts';

/** The whole-system tests that count admissions: one place has the cases. */
const tests = 'admission-(control|losses)';
/** Longer than in the tests: old CAs stay trusted for as long as a local install keeps them. */
const settleMs = 10_000;

type Proof = Extract<Asked, { kind: 'prove' }>;

async function prove({ policies, rounds }: Proof, signal: AbortSignal): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'clb-direct-prove-'));
  const file = join(folder, 'runs.jsonl');
  const own = {
    CLB_DIRECT_ADMISSION_POLICIES: policies.join(),
    CLB_DIRECT_ADMISSION_ROUNDS: String(rounds),
    CLB_DIRECT_ADMISSION_SETTLE_MS: String(settleMs),
    CLB_DIRECT_ADMISSIONS_FILE: file,
  };
  try {
    const code = await onOwnStack({ name: `prove-${process.pid}`, signal }, async ({ cluster, env }) => {
      const command = [
        ...jest,
        '--selectProjects',
        'serial',
        '--runInBand',
        '--ci',
        ...wholeSystem,
        '--testPathPatterns',
        tests,
      ];
      return runShown({
        command: cluster.commandIn('node', command, root),
        cwd: root,
        signal,
        env: { ...env, ...own },
      });
    });
    return tell(code, await readFile(file, 'utf8').catch(() => ''));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What was lost where nothing may be lost has failed its test, and so has a control that lost nothing. */
function tell(code: number, text: string): number {
  const totals = addUp(readRuns(text));
  console.log(`\n${tableOf(totals).join('\n')}\n`);
  const passed = code === 0 && totals.length > 0;
  console.log(JSON.stringify({ passed, cases: totals }));
  return passed ? 0 : 1;
}

async function main(): Promise<number> {
  const asked = parseCommandLine(process.argv.slice(2));
  if (asked.kind === 'help') {
    console.log(usage);
    return 0;
  }
  const stopped = stopOnSignals();
  const code = await prove(asked, stopped.signal);
  return stopped.exitCode() ?? code;
}

await runProgram('scripts/prove-admissions', main);
