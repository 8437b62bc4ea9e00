import { createInterface } from 'node:readline/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { runCommand } from '@clb-direct/shared/runtime/command-line/run-command.ts';
import { stopOnSignals } from '@clb-direct/shared/runtime/command-line/stop-on-signals.ts';
import { parseCommandLine, type Order } from './command-line.ts';
import { uninstall, type Performance } from './perform.ts';
import { tellPlan, tellRemainders } from './tell.ts';
import { partsOf, readWorld, type World } from './world.ts';

const usage = `Usage: ./scripts/uninstall [--kubeconfig FILE] [--context NAME] [--gate-type TYPE] [--dry-run] [--yes]

Takes clb-direct off a cluster: stops both programs, removes the webhook's registration, opens the gates of pods that
still wait, takes its finalizers off, and removes all that \`kubectl apply -k manifests\` has installed. Services, pods
and the CLBs' listeners stay: no traffic is cut. It tells at the end which listeners may stay on which CLB.
It may be run again at any time, and whatever state the programs are in.
For a cluster of ./scripts/quickstart: ./scripts/cluster exec [--name NAME] -- ./scripts/uninstall

  --kubeconfig FILE   default: $KUBECONFIG, or ~/.kube/config
  --context NAME      a context of that file (default: its current one)
  --gate-type TYPE    condition type of the gate, if the settings that tell it are gone and it is not the default
  --dry-run           says what it would do, and does nothing
  --yes, -y           does not ask; without a terminal nobody is asked

Exit codes: 0 done, 1 not done, or not all (what is left is named), 2 wrong usage.`;

async function run(order: Order, signal: AbortSignal): Promise<number> {
  const log = createLogger({ program: 'uninstall', level: 'silent' });
  const { kubeconfigPath, context } = order;
  const api = await connectKube({ kubeconfigPath, context, userAgent: 'clb-direct-uninstall', log });
  try {
    return await uninstallFrom(order, { api, say, log }, signal);
  } finally {
    await api.close();
  }
}

async function uninstallFrom(order: Order, o: Performance, signal: AbortSignal): Promise<number> {
  const world = await readWorld({ ...o, known: { gateType: order.gateType } }, signal);
  console.log(`${clusterOf(order)}\n${tellPlan(world)}`);
  if (!isAnythingThere(world)) return finish(world, [], 'nothing to do');
  if (order.dryRun) return finish(world, [], 'nothing was done (--dry-run)');
  if (!order.yes && !(await agrees(signal))) {
    say('nothing was done');
    return 1;
  }
  const failures = await uninstall(world, o, signal);
  const left = await readWorld({ ...o, known: world.install.settings }, signal);
  return finish(left, [...failures, ...whatIsLeft(left, failures)], 'clb-direct is uninstalled');
}

/** So that nobody uninstalls from another cluster than they think. */
function clusterOf({ kubeconfigPath, context }: Order): string {
  const config = new KubeConfig();
  if (kubeconfigPath === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfigPath);
  if (context !== undefined) config.setCurrentContext(context);
  return `Cluster: ${config.getCurrentCluster()?.server ?? ''} (context ${config.getCurrentContext()})`;
}

function isAnythingThere({ install, farewell }: World): boolean {
  return partsOf(install).length + farewell.openings.length + farewell.releases.length > 0;
}

/** Nobody is asked who cannot answer. */
async function agrees(signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question('Uninstall it? [y/N] ', { signal })).trim());
  } finally {
    terminal.close();
  }
}

/** What nobody has complained of, and is there all the same. */
function whatIsLeft({ install, farewell }: World, failures: readonly string[]): readonly string[] {
  const left = [
    ...partsOf(install).map(({ what }) => what),
    ...farewell.openings.map(({ key }) => `the gate of Pod ${key}`),
    ...farewell.releases.map(({ key }) => `the finalizer of Service ${key}`),
  ];
  return left
    .filter((what) => !failures.some((failure) => failure.includes(what)))
    .map((what) => `${what} is still there`);
}

function finish({ remainders }: World, failures: readonly string[], done: string): number {
  console.log(`\n${tellRemainders(remainders)}\n`);
  if (failures.length === 0) say(done);
  for (const failure of failures) console.error(`scripts/uninstall: could not be removed: ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const asked = parseCommandLine(process.argv.slice(2));
  if (asked.kind === 'uninstall') return runUnlessStopped(asked.order);
  console.log(usage);
  return 0;
}

async function runUnlessStopped(order: Order): Promise<number> {
  const stopped = stopOnSignals();
  try {
    return await run(order, stopped.signal);
  } catch (error) {
    const code = stopped.exitCode();
    if (code === undefined) throw error;
    say('stopped; run it again to go on');
    return code;
  }
}

await runCommand('scripts/uninstall', main);
