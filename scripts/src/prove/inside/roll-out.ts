import { kubectl, persistently, until } from './local.ts';
import { replicas, workload, type Cell } from './objects.ts';

interface Listed {
  readonly items: readonly {
    readonly metadata: { readonly deletionTimestamp?: string };
    readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }[];
}

/** Exactly so many pods, all of them Ready and none that ends. */
export async function untilReady({ namespace }: Cell, count = replicas, label = 'app=web'): Promise<void> {
  const list = ['-n', namespace, 'get', 'pods', '-l', label, '-o', 'json'];
  await until(
    `${count} ready pods in ${namespace}`,
    async () => {
      const { items } = JSON.parse(await kubectl(list)) as Listed;
      const isReady = ({ metadata, status }: Listed['items'][number]) =>
        metadata.deletionTimestamp === undefined &&
        (status.conditions ?? []).some((one) => one.type === 'Ready' && one.status === 'True');
      return items.length === count && items.every(isReady);
    },
    600_000,
  );
}

/** One rollout of the row's form, from its beginning until nothing of it is under way. */
export async function rollOut(cell: Cell): Promise<void> {
  const { rollout } = cell.row;
  if (rollout === 'scale-by-half') return scaleByHalf(cell);
  if (rollout === 'selector-switch') return switchSelector(cell);
  const kind = rollout === 'stateful-set' ? 'statefulset' : 'deployment';
  const inNamespace = ['-n', cell.namespace] as const;
  await persistently(async () => kubectl([...inNamespace, 'rollout', 'restart', `${kind}/blue`]));
  await persistently(async () => kubectl([...inNamespace, 'rollout', 'status', `${kind}/blue`, '--timeout=600s']));
  await untilReady(cell);
}

async function scaleByHalf(cell: Cell): Promise<void> {
  for (const count of [replicas / 2, replicas]) {
    const scale = ['-n', cell.namespace, 'scale', 'deployment/blue', `--replicas=${count}`];
    await persistently(async () => kubectl(scale));
    await untilReady(cell, count);
  }
}

/** To green and back to blue; what the Service has left is deleted afterwards. */
async function switchSelector(cell: Cell): Promise<void> {
  for (const [to, from] of [
    ['green', 'blue'],
    ['blue', 'green'],
  ] as const) {
    await persistently(async () => kubectl(['apply', '-f', '-'], workload(cell, to)));
    await untilReady(cell, replicas, `color=${to}`);
    const patch = JSON.stringify({ spec: { selector: { app: 'web', color: to } } });
    await persistently(async () => kubectl(['-n', cell.namespace, 'patch', 'service', 'web', '-p', patch]));
    await untilServing(cell, to);
    await persistently(async () => kubectl(['-n', cell.namespace, 'delete', 'deployment', from, '--wait=false']));
    await untilReady(cell);
  }
}

/** A person looks at what answers before the old pods are deleted. */
async function untilServing({ namespace }: Cell, color: string): Promise<void> {
  const path =
    'jsonpath={.items[*].status.conditions[?(@.type=="cloud.tencent.com/load-balancer-backendgroup-ready")].reason}';
  const reasons = ['-n', namespace, 'get', 'pods', '-l', `color=${color}`, '-o', path];
  await until(`${color} to serve`, async () => (await kubectl(reasons)).includes('LoadBalancer'), 120_000);
  await new Promise((resolve) => setTimeout(resolve, 20_000));
}
