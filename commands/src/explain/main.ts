import { namespaceOfContext } from '@clb-direct/shared/kube/client/namespace-of-context.ts';
import { withKube } from '@clb-direct/shared/kube/client/with-kube.ts';
import { runCommand } from '@clb-direct/shared/runtime/command-line/run-command.ts';
import { runOrder } from '@clb-direct/shared/runtime/command-line/run-order.ts';
import { parseCommandLine, type Order } from './command-line.ts';
import { describeOwnerAlone } from './describe-owner.ts';
import { describePod } from './describe-pod.ts';
import { readOwner, readPod, type Place } from './read-facts.ts';

const usage = `Usage: ./scripts/explain pod/NAME|service/NAME|ingress/NAME [-n NAMESPACE]
                         [--kubeconfig FILE] [--context NAME]
Says why a pod is not Ready, or what clb-direct has to say about a Service or an Ingress: gates, conditions and events
in one place, of the object and of what leads to it. It only reads, as you: what you may not read is named.

  -n, --namespace NAME  default: that of the context
  --kubeconfig FILE     default: $KUBECONFIG, or ~/.kube/config
  --context NAME        a context of that file (default: its current one)
Exit codes: 0 explained, 1 the object could not be read, 2 wrong usage.`;

async function run(order: Order, signal: AbortSignal): Promise<number> {
  const { name, kind } = order;
  const namespace = order.namespace ?? namespaceOfContext(order);
  return withKube(order, 'explain', async (api) => {
    console.log((await explain(kind, { api, namespace, name }, signal)).join('\n'));
    return 0;
  });
}

async function explain(kind: Order['kind'], place: Place, signal: AbortSignal): Promise<readonly string[]> {
  if (kind === 'pod') return describePod(await readPod(place, signal));
  return describeOwnerAlone(await readOwner(kind === 'service' ? 'Service' : 'Ingress', place, signal));
}

await runCommand('scripts/explain', async () =>
  runOrder(parseCommandLine(process.argv.slice(2)), { usage, run, whenStopped: 'stopped' }),
);
