import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { stopOnSignals } from '@clb-direct/shared/runtime/command-line/stop-on-signals.ts';
import { table } from '../bench/table.ts';
import { runProgram } from '../run-program.ts';
import { root } from '../stack/stack.ts';
import { onOwnStack } from '../test/own-stack.ts';
import { runShown } from '../test/run-shown.ts';
import { parseCommandLine, usage, type Asked } from './command-line.ts';
import { isPassed, summaryOf } from './figures.ts';
import type { Order } from './inside/main.ts';
import { proofPage, verdictOf } from './page/proof-page.ts';
import { readResults } from './results.ts';
import { rows, rowsNamed } from './rows.ts';

type Proof = Extract<Asked, { readonly kind: 'prove' }>;

const inside = resolve(import.meta.dirname, 'inside/main.ts');

async function prove(asked: Proof, signal: AbortSignal): Promise<number> {
  const state = resolve(root, asked.state);
  const page = resolve(root, asked.page);
  const picture = page.replace(/(\.md)?$/, '.svg');
  const source = sourceOf();
  const before = asked.isAgain ? [] : (await readResults(state)).filter((one) => one.source === source);
  const done = new Set(before.map(({ name }) => name));
  const wanted = rowsNamed(asked.words);
  const left = asked.isReport ? [] : wanted.filter(({ name }) => !done.has(name));
  if (left.length > 0) {
    const { requests, perSecond, atOnce } = asked;
    const names = left.map(({ name }) => name);
    await runInside({ rows: names, requests, perSecond, atOnce, state, source, picture }, signal);
  }
  return tell(asked, { state, page, picture });
}

async function runInside(order: Order, signal: AbortSignal): Promise<void> {
  await onOwnStack({ name: `prove-${process.pid}`, nodes: 2, signal }, async ({ cluster, env }) => {
    const command = [process.execPath, '--disable-warning=ExperimentalWarning', inside];
    await runShown({
      command: cluster.commandIn('node', command, root),
      cwd: root,
      signal,
      env: { ...env, CLB_DIRECT_PROVE: JSON.stringify(order) },
    });
  });
}

/** The newest result of each row; the page names the sources of each. */
async function tell(asked: Proof, files: { state: string; page: string; picture: string }): Promise<number> {
  const results = await readResults(files.state);
  const machine = {
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
  };
  const picture = existsSync(files.picture) ? basename(files.picture) : undefined;
  await mkdir(dirname(files.page), { recursive: true });
  await writeFile(files.page, proofPage({ rows, results, machine, picture }));
  const wanted = new Set(rowsNamed(asked.words).map(({ name }) => name));
  const shown = results.filter(({ name }) => wanted.has(name));
  const lines = shown.map((one) => [one.name, String(one.lost), String(one.requests), verdictOf(one)]);
  console.log(`\n${table([['row', 'lost', 'requests', 'verdict'], ...lines])}\n`);
  console.log(JSON.stringify(summaryOf(shown)));
  return shown.length === wanted.size && shown.every(isPassed) ? 0 : 1;
}

/** The commit, and whether something differs from it. */
function sourceOf(): string {
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const product = ['controller', 'webhook', 'shared', 'certs', 'manifests', 'scripts/src/prove'];
  const isChanged = git('status', '--porcelain', '--', ...product) !== '';
  return `${git('log', '-1', '--format=%h', '--', ...product)}${isChanged ? ' with changes' : ''}`;
}

async function main(): Promise<number> {
  const asked = parseCommandLine(process.argv.slice(2));
  if (asked.kind === 'help') {
    console.log(usage);
    return 0;
  }
  if (asked.kind === 'list') {
    console.log(rows.map(({ name }) => name).join('\n'));
    return 0;
  }
  const stopped = stopOnSignals();
  const code = await prove(asked, stopped.signal);
  return stopped.exitCode() ?? code;
}

await runProgram('scripts/prove', main);
