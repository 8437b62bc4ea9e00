import { isOverTls } from '../rows.ts';
import { secureHost } from '../secure-host.ts';
import type { Cell } from './cell.ts';
import { listenersOf, type Rule } from './clb-state.ts';
import { kubectl, until } from './local.ts';
import { colorsOf, kindOfWorkload } from './objects.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

interface Pod {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly conditions?: readonly Condition[]; readonly podIP?: string };
}

export async function podsOf(namespace: string, label: string): Promise<readonly Pod[]> {
  const list = ['-n', namespace, 'get', 'pods', '-l', label, '-o', 'json'];
  return (JSON.parse(await kubectl(list)) as { readonly items: readonly Pod[] }).items;
}

export async function nodes(): Promise<readonly string[]> {
  return (await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ');
}

/** How many pods the row has while nothing happens. */
export async function countOf({ row, replicas }: Cell): Promise<number> {
  const each = kindOfWorkload(row) === 'DaemonSet' ? (await nodes()).length : replicas;
  return each * colorsOf(row).length;
}

/** Exactly so many pods, all of them Ready and none that ends. */
export async function untilReady(cell: Cell, { count, label = 'app=web' }: { count?: number; label?: string } = {}) {
  const { namespace } = cell;
  const isReady = ({ metadata, status }: Pod) =>
    metadata.deletionTimestamp === undefined &&
    (status.conditions ?? []).some((one) => one.type === 'Ready' && one.status === 'True');
  await until(
    `the ready pods of ${namespace}`,
    async () => {
      const [pods, expected] = [await podsOf(namespace, label), count ?? (await countOf(cell))];
      return pods.length === expected && pods.every(isReady);
    },
    600_000,
  );
}

/** What a TkeServiceConfig says may come to a rule that stands, and a new check begins anew: until that is over. */
export async function untilConfigured({ row, clb }: Cell): Promise<void> {
  if (!isOverTls(row)) return;
  const forwardType = row.app === 'grpc' ? 'GRPC' : 'HTTP';
  const isServed = (rule: Rule) =>
    rule.http2 && rule.forwardType === forwardType && rule.targets.every(({ health }) => health === 'Alive');
  const areServed = async () => {
    const all = (await listenersOf(clb)).flatMap(({ rules }) => rules);
    const ofHost = all.filter(({ domains }) => domains.includes(secureHost));
    return ofHost.length > 0 && ofHost.every(isServed);
  };
  await until(`HTTP/2 at ${clb.id}`, areServed, 120_000);
}
