import { setTimeout as sleep } from 'node:timers/promises';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { RolloutForm } from '../rows.ts';
import type { Cell } from './cell.ts';
import { listenersOf, servingTargets } from './clb-state.ts';
import { drainNodes } from './drain-nodes.ts';
import type { Loads } from './load.ts';
import { kubectl, persistently, until } from './local.ts';
import { nodesAndBack } from './nodes-and-back.ts';
import { colorsOf, kindOfWorkload, workload } from './objects.ts';
import { podsOf, untilReady } from './ready.ts';

type Form = (cell: Cell, loads: Loads) => Promise<void>;

const others: Partial<Record<RolloutForm, Form>> = {
  'scale-by-half': scaleByHalf,
  'selector-switch': switchSelector,
  'drain-node': drainNodes,
  'another-clb': moveAndBack,
  'nodes-and-back': nodesAndBack,
};

/** One rollout of the row's form, from its beginning until nothing of it is under way. */
export async function rollOut(cell: Cell, loads: Loads): Promise<void> {
  const form = others[cell.row.rollout] ?? restart;
  await form(cell, loads);
}

async function restart(cell: Cell): Promise<void> {
  const all = colorsOf(cell.row).map((color) => `${kindOfWorkload(cell.row).toLowerCase()}/${color}`);
  const inNamespace = ['-n', cell.namespace, 'rollout'] as const;
  await persistently(async () => kubectl([...inNamespace, 'restart', ...all]));
  for (const one of all) await persistently(async () => kubectl([...inNamespace, 'status', one, '--timeout=600s']));
  await untilReady(cell);
}

async function scaleByHalf(cell: Cell): Promise<void> {
  for (const count of [Math.ceil(cell.replicas / 2), cell.replicas]) {
    const scale = ['-n', cell.namespace, 'scale', 'deployment/blue', `--replicas=${count}`];
    await persistently(async () => kubectl(scale));
    await untilReady(cell, { count });
  }
}

/** To green and back to blue; what the Service has left is deleted afterwards. */
async function switchSelector(cell: Cell): Promise<void> {
  for (const [to, from] of [
    ['green', 'blue'],
    ['blue', 'green'],
  ] as const) {
    await persistently(async () => kubectl(['apply', '-f', '-'], workload(cell, to)));
    await untilReady(cell, { label: `color=${to}` });
    const patch = JSON.stringify({ spec: { selector: { app: 'web', color: to } } });
    await persistently(async () => kubectl(['-n', cell.namespace, 'patch', 'service', 'web', '-p', patch]));
    await untilServing(cell, to);
    await persistently(async () => kubectl(['-n', cell.namespace, 'delete', 'deployment', from, '--wait=false']));
    await untilReady(cell);
  }
}

/** A person looks at what answers before the old pods are deleted. An open gate knows no Service that came later. */
async function untilServing({ namespace, clb }: Cell, color: string): Promise<void> {
  const areServing = async () => {
    const ips = (await podsOf(namespace, `color=${color}`)).map(({ status }) => status.podIP);
    const serving = new Set((await servingTargets(clb)).map(({ ip }) => ip));
    return ips.length > 0 && ips.every((ip) => ip !== undefined && serving.has(ip));
  };
  await until(`${color} to serve`, areServing, 120_000);
  await sleep(20_000);
}

/** To the other CLB and back. Clients follow the address that the Service has, each a moment later. */
async function moveAndBack(cell: Cell, loads: Loads): Promise<void> {
  for (const [from, to] of [
    [cell.clb, cell.otherClb],
    [cell.otherClb, cell.clb],
  ] as const) {
    const value = `${annotation.existingLoadBalancer}=${to.id}`;
    await persistently(async () => kubectl(['-n', cell.namespace, 'annotate', '--overwrite', 'service', 'web', value]));
    const path = 'jsonpath={.status.loadBalancer.ingress[*].ip}';
    const address = async () => kubectl(['-n', cell.namespace, 'get', 'service', 'web', '-o', path]);
    await until(`the address ${to.vip}`, async () => (await address()).split(' ').includes(to.vip), 240_000);
    loads.start(`${to.vip}:80`);
    await sleep(3_000);
    await loads.stop(`${from.vip}:80`);
    await until(`${from.id} to be left`, async () => (await listenersOf(from)).length === 0, 240_000);
  }
}
