import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import { namespaceOfContext } from '@clb-direct/shared/kube/client/namespace-of-context.ts';
import { runCommand } from '@clb-direct/shared/runtime/command-line/run-command.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { unlessStopped } from '@clb-direct/shared/runtime/command-line/stop-on-signals.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { adopt } from './adopt.ts';
import { parseCommandLine, type Order } from './command-line.ts';

const usage = `Usage: ./scripts/adopt service/NAME [-n NAMESPACE] [--load-balancer ID] [--yes]
                       [--kubeconfig FILE] [--context NAME]
Takes over the CLB that TKE's controller made for a Service, with its listeners and targets: the address stays, and no
request is lost. Without --yes it shows what would be done. The controller proves by the tags of the CLB that it was
made for this Service, and answers; for that the command writes annotations on the Service, and takes them off again.
First let TKE's controller leave the Service alone: annotation service.cloud.tencent.com/mode: skip.
The whole order, and the way back: docs/operations.md, "Coming from TKE's controller".

  -n, --namespace NAME  default: that of the context
  --load-balancer ID    default: the annotation service.kubernetes.io/loadbalance-id of the Service
  --yes, -y             does it
  --kubeconfig FILE     default: $KUBECONFIG, or ~/.kube/config
  --context NAME        a context of that file (default: its current one)
Exit codes: 0 shown or done, 1 refused, or not done yet, 2 wrong usage.`;

const answerMs = 60_000;
const servingMs = 300_000;

async function run(order: Order, signal: AbortSignal): Promise<number> {
  const log = createLogger({ program: 'adopt', level: 'silent' });
  const { kubeconfigPath, context, name, balancerId, yes } = order;
  const namespace = order.namespace ?? namespaceOfContext(order);
  const api = await connectKube({ kubeconfigPath, context, userAgent: 'clb-direct-adopt', log });
  try {
    const place = { api, namespace, name, pauseMs: 500 };
    return await adopt({ ...place, balancerId, yes, say, answerMs, servingMs }, signal);
  } finally {
    await api.close();
  }
}

async function main(): Promise<number> {
  const asked = parseCommandLine(process.argv.slice(2));
  if (asked.kind === 'help') {
    console.log(usage);
    return 0;
  }
  return unlessStopped(
    async (signal) => run(asked.order, signal),
    () => say('stopped; run it again to continue'),
  );
}

await runCommand('scripts/adopt', main);
