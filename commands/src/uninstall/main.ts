import { createInterface } from 'node:readline/promises';
import { finalizerOf, gateOf } from '@clb-direct/controller/uninstall/release.ts';
import { nothingSeen, unite } from '@clb-direct/controller/uninstall/remains.ts';
import { readKubeconfig } from '@clb-direct/shared/kube/client/kubeconfig.ts';
import { withKube } from '@clb-direct/shared/kube/client/with-kube.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { runCommand } from '@clb-direct/shared/runtime/command-line/run-command.ts';
import { runOrder } from '@clb-direct/shared/runtime/command-line/run-order.ts';
import { parseCommandLine, type Order } from './command-line.ts';
import { uninstall, type UninstallOptions } from './uninstall.ts';
import { describePlan } from './describe-plan.ts';
import { describeRemains } from './describe-remains.ts';
import { partsOf, readClusterState, type ClusterState } from './cluster-state.ts';
import type { Failure } from './failure.ts';
import { findNamespace } from './find-namespace.ts';
import { knownOf } from './read-install.ts';

const usage = `Usage: ./scripts/uninstall [--kubeconfig FILE] [--context NAME] [-n NAMESPACE] [--gate-type TYPE]
                           [--dry-run] [--yes]

Uninstalls clb-direct from a cluster: stops both programs, removes the webhook's registration, opens the gates of pods
that still wait, removes its finalizers, and removes all that \`kubectl apply -k manifests\` has installed, the
IngressClass clb-direct too. Services, Ingresses, pods and the listeners of the CLBs stay: no traffic is cut. At the end
it lists the listeners that may remain and the CLBs that were made, also those of objects that are gone: keep the list,
because the records that name them are deleted with the namespace. A Namespace without the label of clb-direct is
somebody else's: it stays, with these records.
Run it again at any time, whatever state the programs are in.
For a cluster of ./scripts/quickstart: ./scripts/cluster exec [--name NAME] -- ./scripts/uninstall

  --kubeconfig FILE   default: $KUBECONFIG, or ~/.kube/config
  --context NAME      a context of that file (default: its current one)
  -n, --namespace NAME  where it is installed, if it is found in more than one; one without its label is kept
  --gate-type TYPE    condition type of the gate, if the settings are gone and it is not the default
  --dry-run           prints what it would do, and changes nothing
  --yes, -y           does not ask; without a terminal it never asks

Exit codes: 0 done, 1 not done, or not all (what is left is named), 2 wrong usage.`;

async function run(order: Order, signal: AbortSignal): Promise<number> {
  return withKube(order, 'uninstall', async (api, log) => uninstallFrom(order, { api, say, log }, signal));
}

type Options = Omit<UninstallOptions, 'onSeen'>;

async function uninstallFrom(order: Order, o: Options, signal: AbortSignal): Promise<number> {
  const namespace = await findNamespace(o.api, order.namespace, signal);
  const state = await readClusterState({ ...o, known: { gateType: order.gateType, namespace } }, signal);
  console.log(`${clusterOf(order)}\n${describePlan(state)}`);
  if (!isAnythingThere(state)) return finish(state, [], 'nothing to do');
  if (order.dryRun) return finish(state, [], 'nothing was done (--dry-run)');
  if (!order.yes && !(await agrees(signal))) {
    say('nothing was done');
    return 1;
  }
  return uninstallNow(state, o, signal);
}

/** Says what remains also when it cannot go on: nothing may be left by which another run knows it. */
async function uninstallNow(state: ClusterState, o: Options, signal: AbortSignal): Promise<number> {
  let remains = nothingSeen;
  const onSeen = (seen: ClusterState) => {
    remains = unite(remains, seen.remains);
  };
  try {
    const failures = await uninstall(state, { ...o, onSeen }, signal);
    const left = await readClusterState({ ...o, known: knownOf(state.install) }, signal);
    onSeen(left);
    return finish({ ...left, remains }, [...failures, ...whatIsLeft(left, failures)], 'clb-direct is uninstalled');
  } catch (error) {
    if (remains !== nothingSeen) tellRemains({ ...state, remains });
    throw error;
  }
}

/** Printed first, so that a wrong context is noticed. */
function clusterOf({ kubeconfigPath, context }: Order): string {
  const config = readKubeconfig(kubeconfigPath);
  if (context !== undefined) config.setCurrentContext(context);
  return `Cluster: ${config.getCurrentCluster()?.server ?? ''} (context ${config.getCurrentContext()})`;
}

function isAnythingThere({ install, plan }: ClusterState): boolean {
  return partsOf(install).length + plan.openings.length + plan.releases.length > 0;
}

/** Without a terminal the answer is yes. */
async function agrees(signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question('Uninstall it? [y/N] ', { signal })).trim());
  } finally {
    terminal.close();
  }
}

/** What is still there and in none of the failures. */
function whatIsLeft({ install, plan }: ClusterState, failures: readonly Failure[]): readonly Failure[] {
  const left = [
    ...partsOf(install).map(({ path, what }) => ({ key: path, what })),
    ...plan.openings.map(gateOf),
    ...plan.releases.map(finalizerOf),
  ];
  const named = new Set(failures.map(({ key }) => key));
  return left.filter(({ key }) => !named.has(key)).map(({ key, what }) => ({ key, message: `${what} is still there` }));
}

function tellRemains({ remains, install }: ClusterState): void {
  console.log(`\n${describeRemains(remains, install.settings.clusterId)}\n`);
}

function finish(state: ClusterState, failures: readonly Failure[], done: string): number {
  tellRemains(state);
  if (failures.length === 0) say(done);
  for (const { message } of failures) console.error(`scripts/uninstall: could not be removed: ${message}`);
  return failures.length === 0 ? 0 : 1;
}

await runCommand('scripts/uninstall', async () =>
  runOrder(parseCommandLine(process.argv.slice(2)), { usage, run, whenStopped: 'stopped; run it again to continue' }),
);
