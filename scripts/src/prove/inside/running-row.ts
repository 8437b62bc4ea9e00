import { resolve } from 'node:path';
import { explainLoss } from '../explain-loss.ts';
import type { Load, Result, Seen } from '../figures.ts';
import { isOverTls, type Row } from '../rows.ts';
import { withCloudFaults } from './disturb.ts';
import { Loads } from './load.ts';
import { admin, kubectl, until } from './local.ts';
import type { Cell } from './cell.ts';
import { colorsOf, portOf, surroundings, workload } from './objects.ts';
import { countOf, untilConfigured, untilReady } from './ready.ts';
import { rollOut } from './roll-out.ts';
import { changesOf, type Call, type HealthChange } from './target-changes.ts';
import { PodWatch } from './watch-pods.ts';

export interface RowOptions {
  /** At least so many requests. */
  readonly requests: number;
  /** To each of the row's addresses. */
  readonly perSecond: number;
  readonly replicas: number;
  /** Of this row in this run: its namespace, CLBs and addresses. */
  readonly number: number;
  readonly source: string;
}

export interface Finished {
  readonly row: Row;
  readonly result: Result;
  readonly seen: Seen;
}

const configDefinition = resolve(import.meta.dirname, '../../../../manifests/tke-service-config');
const mostLosses = 20;
const nothingSent: Load = { sent: 0, losses: [], answers: [] };
/** A control that loses nothing so often is blind. */
const mostRolloutsOfControl = 3;

/** One row, from an empty namespace to an empty namespace. What goes wrong in one stops no other. */
export class RunningRow {
  readonly #row: Row;
  readonly #cell: Cell;
  readonly #options: RowOptions;
  readonly #watch: PodWatch;
  readonly #loads: Loads;
  readonly #beganAtMs = Date.now();
  #loadFromMs = Date.now();
  #rollouts = 0;
  #failure: string | null = null;
  #seen: Seen | undefined;

  constructor(row: Row, options: RowOptions) {
    this.#row = row;
    this.#options = options;
    this.#cell = cellOf(row, options);
    this.#watch = new PodWatch(this.#cell.namespace);
    this.#loads = new Loads(row.app, options.perSecond);
  }

  /** Until its pods serve. */
  async prepare(): Promise<void> {
    await this.#try(async () => prepare(this.#cell));
  }

  async startLoad(): Promise<void> {
    if (this.#failure !== null) return;
    this.#loadFromMs = Date.now();
    await this.#try(async () => {
      for (const color of colorsOf(this.#row)) this.#loads.start(`${this.#cell.clb.vip}:${portOf(this.#row, color)}`);
      await this.#loads.soFar();
    });
  }

  /** Whether it needs another rollout. */
  async isUnfinished(): Promise<boolean> {
    if (this.#failure !== null) return false;
    const { sent, lost } = await this.#loads.soFar();
    const isBlind = this.#row.mustLose === true && lost === 0 && this.#rollouts < mostRolloutsOfControl;
    return this.#rollouts === 0 || sent < this.#options.requests || isBlind;
  }

  async roll(): Promise<void> {
    await this.#try(async () => {
      await withCloudFaults(this.#row.fault, this.#cell.clb, async () => rollOut(this.#cell, this.#loads));
      this.#rollouts += 1;
    });
  }

  async endLoad(): Promise<void> {
    await this.#try(async () => {
      const load = await this.#loads.end();
      this.#seen = await this.#look(load);
    });
    await this.#watch.end();
  }

  async clear(isAwaited: boolean): Promise<Finished> {
    await this.#try(async () => clear(this.#cell, isAwaited));
    const seconds = Math.round((Date.now() - this.#beganAtMs) / 1000);
    const about = { rollouts: this.#rollouts, seconds, failure: this.#failure, source: this.#options.source };
    const seen = this.#seen ?? { load: nothingSent, pods: [], changes: [], fromMs: this.#loadFromMs, toMs: Date.now() };
    return { row: this.#row, result: resultOf(this.#row, seen, about), seen };
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failure ??= String(error);
    }
  }

  async #look(load: Load): Promise<Seen> {
    const toMs = Date.now();
    const { calls } = await admin<{ calls: readonly Call[] }>('GET', '/calls');
    const { changes } = await admin<{ changes: readonly HealthChange[] }>('GET', '/health-changes');
    const { clb, otherClb } = this.#cell;
    const isOurs = ({ loadBalancerId: id }: { readonly loadBalancerId: string | null }) =>
      id === clb.id || id === otherClb.id;
    const all = changesOf(calls.filter(isOurs), changes.filter(isOurs));
    return { load, pods: this.#watch.pods, changes: all, fromMs: this.#loadFromMs, toMs };
  }
}

/** 198.51.100.0/24 is the emulated CLB's; the first addresses are those of the install and of tests. */
function cellOf(row: Row, { number, replicas }: RowOptions): Cell {
  const id = String(number).padStart(3, '0');
  const last = 100 + 2 * (number % 75);
  const clb = { id: `lb-prove${id}`, vip: `198.51.100.${last}` };
  const otherClb = { id: `lb-other${id}`, vip: `198.51.100.${last + 1}` };
  return { row, namespace: `prove-${number}`, clb, otherClb, replicas };
}

async function prepare(cell: Cell): Promise<void> {
  for (const { id, vip } of [cell.clb, cell.otherClb]) {
    const about = { name: id, vip, vpcId: 'vpc-local001', region: 'ap-guangzhou' };
    await admin('PUT', `/load-balancers/${id}`, about);
  }
  if (isOverTls(cell.row)) await defineConfigs();
  const items = [...surroundings(cell), ...colorsOf(cell.row).map((color) => workload(cell, color))];
  await kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items });
  await untilReady(cell);
  await untilConfigured(cell);
  // Without a gate Ready says nothing of the CLB.
  const count = await countOf(cell);
  await until(`${count} targets that are Alive`, async () => (await alive(cell)) >= count, 600_000);
}

/** The kind TkeServiceConfig, as an administrator installs it: it can be created once. */
async function defineConfigs(): Promise<void> {
  await kubectl(['create', '-k', configDefinition]).catch((error: unknown) => {
    if (!String(error).includes('already exists')) throw error;
  });
  const crd = 'crd/tkeserviceconfigs.cloud.tencent.com';
  await kubectl(['wait', '--for=condition=Established', crd, '--timeout=60s']);
}

/** The addresses whose last change of health was to Alive. */
async function alive({ clb }: Cell): Promise<number> {
  const { changes } = await admin<{ changes: readonly HealthChange[] }>('GET', '/health-changes');
  const ours = changes.filter(({ loadBalancerId }) => loadBalancerId === clb.id);
  const last = new Map(ours.map(({ ip, to }) => [ip, to]));
  return [...last.values()].filter((to) => to === 'Alive').length;
}

async function clear({ namespace, clb, otherClb }: Cell, isAwaited: boolean): Promise<void> {
  await kubectl(['delete', 'namespace', namespace, '--wait=false']);
  // Nobody waits for what the applications finish. The namespace itself goes later, by itself.
  await kubectl(['-n', namespace, 'delete', 'pods', '--all', '--grace-period=1', '--wait=false']);
  if (!isAwaited) return;
  const left = async () => kubectl(['-n', namespace, 'get', 'pods,services,ingresses', '-o', 'name']);
  await until(`${namespace} to be empty`, async () => (await left()).trim() === '', 300_000);
  for (const { id } of [clb, otherClb]) await admin('DELETE', `/load-balancers/${id}`);
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
