import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import { namespaceOfContext } from '@clb-direct/shared/kube/client/namespace-of-context.ts';
import { runCommand } from '@clb-direct/shared/runtime/command-line/run-command.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { unlessStopped } from '@clb-direct/shared/runtime/command-line/stop-on-signals.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { parseCommandLine, type Order } from './command-line.ts';
import { describeOwner } from './describe-owner.ts';
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
  const log = createLogger({ program: 'explain', level: 'silent' });
  const { kubeconfigPath, context, name, kind } = order;
  const namespace = order.namespace ?? namespaceOfContext(order);
  const api = await connectKube({ kubeconfigPath, context, userAgent: 'clb-direct-explain', log });
  try {
    console.log((await explain(kind, { api, namespace, name }, signal)).join('\n'));
    return 0;
  } finally {
    await api.close();
  }
}

async function explain(kind: Order['kind'], place: Place, signal: AbortSignal): Promise<readonly string[]> {
  if (kind === 'pod') return describePod(await readPod(place, signal));
  return describeOwner(await readOwner(kind === 'service' ? 'Service' : 'Ingress', place, signal));
}

async function main(): Promise<number> {
  const asked = parseCommandLine(process.argv.slice(2));
  if (asked.kind === 'help') {
    console.log(usage);
    return 0;
  }
  return unlessStopped(
    async (signal) => run(asked.order, signal),
    () => say('stopped'),
  );
}

await runCommand('scripts/explain', main);
