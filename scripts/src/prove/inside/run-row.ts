import { setTimeout as sleep } from 'node:timers/promises';
import { explainLoss } from '../explain-loss.ts';
import type { Result, Seen } from '../figures.ts';
import type { Row } from '../rows.ts';
import { disturbed, untilWhole } from './disturb.ts';
import { startLoad, type RunningLoad } from './load.ts';
import { admin, kubectl, until } from './local.ts';
import { surroundings, workload, type Cell } from './objects.ts';
import { rollOut, untilReady } from './roll-out.ts';
import { changesOf, type Call, type HealthChange } from './target-changes.ts';
import { PodWatch } from './watch-pods.ts';

export interface RowOptions {
  /** At least so many requests. */
  readonly requests: number;
  readonly perSecond: number;
  /** Of this row in this run: its namespace, CLB and address. */
  readonly number: number;
  readonly source: string;
  readonly say: (line: string) => void;
}

const mostLosses = 20;
/** Connections that are on their way when a rollout ends are part of it. */
const afterMs = 8_000;

/** Runs one row from an empty namespace to an empty namespace. */
export async function runRow(row: Row, options: RowOptions): Promise<{ readonly result: Result; readonly seen: Seen }> {
  const { number, say } = options;
  const name = `prove-${number}`;
  const cell = {
    row,
    namespace: name,
    loadBalancerId: `lb-prove${String(number).padStart(3, '0')}`,
    vip: vipOf(number),
  };
  const fromMs = Date.now();
  await prepare(cell);
  const watch = new PodWatch(cell.namespace);
  const load = startLoad(cell.vip, row.app, options.perSecond);
  let rollouts = 0;
  let failure: string | null = null;
  const loadFromMs = Date.now();
  try {
    await sleep(3_000);
    while (rollouts === 0 || (await load.sent()) < options.requests) {
      await disturbed(row.fault, cell.loadBalancerId, async () => rollOut(cell));
      rollouts += 1;
      say(`${row.name}: rollout ${rollouts} is complete, ${await load.sent()} of ${options.requests} requests`);
      await untilWhole();
    }
    await sleep(afterMs);
  } catch (error) {
    failure = String(error);
  }
  const seen = await endOf(cell, { load, watch, fromMs: loadFromMs });
  await clear(cell);
  const seconds = Math.round((Date.now() - fromMs) / 1000);
  return { result: resultOf(row, seen, { rollouts, seconds, failure, source: options.source }), seen };
}

/** 198.51.100.0/24 is the emulated CLB's; the first addresses are the install's own. */
const vipOf = (number: number) => `198.51.100.${100 + (number % 150)}`;

async function prepare(cell: Cell): Promise<void> {
  const about = { name: cell.loadBalancerId, vip: cell.vip, vpcId: 'vpc-local001', region: 'ap-guangzhou' };
  await admin('PUT', `/load-balancers/${cell.loadBalancerId}`, about);
  const items = [...surroundings(cell), workload(cell)];
  await kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items });
  await untilReady(cell);
  // Without a gate Ready says nothing of the CLB.
  await until('four targets that are Alive', async () => (await alive(cell)) >= 4, 180_000);
}

interface State {
  readonly loadBalancers: readonly {
    readonly id: string;
    readonly listeners: readonly { readonly targets: readonly { readonly health: string }[] }[];
  }[];
}

async function alive({ loadBalancerId }: Cell): Promise<number> {
  const { loadBalancers } = await admin<State>('GET', '/state');
  const listeners = loadBalancers.find(({ id }) => id === loadBalancerId)?.listeners ?? [];
  return listeners.flatMap(({ targets }) => targets).filter(({ health }) => health === 'Alive').length;
}

interface Running {
  readonly load: RunningLoad;
  readonly watch: PodWatch;
  readonly fromMs: number;
}

async function endOf({ loadBalancerId }: Cell, { load, watch, fromMs }: Running): Promise<Seen> {
  const ended = await load.end();
  const toMs = Date.now();
  await watch.end();
  const { calls } = await admin<{ calls: readonly Call[] }>('GET', '/calls');
  const { changes } = await admin<{ changes: readonly HealthChange[] }>('GET', '/health-changes');
  const isOurs = (one: { readonly loadBalancerId: string | null }) => one.loadBalancerId === loadBalancerId;
  return {
    load: ended,
    pods: watch.pods,
    changes: changesOf(calls.filter(isOurs), changes.filter(isOurs)),
    fromMs,
    toMs,
  };
}

async function clear({ namespace, loadBalancerId }: Cell): Promise<void> {
  await kubectl(['delete', 'namespace', namespace, '--timeout=300s']);
  await admin('DELETE', `/load-balancers/${loadBalancerId}`);
}

type About = Pick<Result, 'rollouts' | 'seconds' | 'failure' | 'source'>;

function resultOf({ name, allowed, mustLose }: Row, { load, pods, changes }: Seen, about: About): Result {
  return {
    name,
    requests: load.sent,
    lost: load.losses.length,
    allowed,
    mustLose: mustLose === true,
    ...about,
    at: new Date().toISOString(),
    losses: load.losses.slice(0, mostLosses).map((loss) => explainLoss(loss, { pods, changes })),
  };
}
