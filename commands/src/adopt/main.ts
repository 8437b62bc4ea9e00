import { longestPlan } from '@clb-direct/shared/domain/safe-text.ts';
import { namespaceOfContext } from '@clb-direct/shared/kube/client/namespace-of-context.ts';
import { withKube } from '@clb-direct/shared/kube/client/with-kube.ts';
import { runCommand } from '@clb-direct/shared/runtime/command-line/run-command.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { runOrder } from '@clb-direct/shared/runtime/command-line/run-order.ts';
import { adopt } from './adopt.ts';
import { parseCommandLine, type Order } from './command-line.ts';

const usage = `Usage: ./scripts/adopt service/NAME|ingress/NAME [-n NAMESPACE] [--load-balancer ID] [--yes]
                       [--kubeconfig FILE] [--context NAME]
Takes over the CLB that TKE's controller made for a Service or an Ingress, with its listeners, rules and targets: the
address stays, and no request is lost. Without --yes it shows what would be done. The controller proves by the tags of
the CLB that it was made for this object, and answers; for that the command writes annotations on the object, and takes
them off again.
First let TKE's controller leave the object alone: annotation service.cloud.tencent.com/mode: skip, of an Ingress
ingress.cloud.tencent.com/mode: skip.
The whole order, and the way back: docs/operations.md, "Coming from TKE's controller".

  -n, --namespace NAME  default: that of the context
  --load-balancer ID    default: the annotation of TKE on the object, service.kubernetes.io/loadbalance-id, of
                        an Ingress kubernetes.io/ingress.qcloud-loadbalance-id
  --yes, -y             does it
  --kubeconfig FILE     default: $KUBECONFIG, or ~/.kube/config
  --context NAME        a context of that file (default: its current one)
Exit codes: 0 shown or done, 1 refused, or not done yet, 2 wrong usage.`;

const answerMs = 60_000;
const servingMs = 300_000;

/** A plan has a step for each port. */
function sayAll(line: string): void {
  say(line, longestPlan);
}

async function run(order: Order, signal: AbortSignal): Promise<number> {
  const { kind, name, balancerId, yes } = order;
  const namespace = order.namespace ?? namespaceOfContext(order);
  return withKube(order, 'adopt', async (api) => {
    const place = { api, kind, namespace, name, pauseMs: 500 };
    return adopt({ ...place, balancerId, yes, say: sayAll, answerMs, servingMs }, signal);
  });
}

await runCommand('scripts/adopt', async () =>
  runOrder(parseCommandLine(process.argv.slice(2)), { usage, run, whenStopped: 'stopped; run it again to continue' }),
);
