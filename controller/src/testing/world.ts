import { createReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { Registry } from 'prom-client';
import { runController } from '../engine/controller.ts';
import type { ControllerOptions } from '../engine/controller-options.ts';
import { ObservedState } from '../engine/observed-state.ts';
import type { Unneeded } from '../engine/sweep.ts';
import { createOwnerReporter } from '../kube/owner-reporter.ts';
import { aPod, clbId, clusterId, everyone, limits } from './builders.ts';
import { FakeClb } from './fake-clb.ts';
import { FakeCluster } from './fake-cluster.ts';
import { aBackendService } from './ingress-builders.ts';

/** Every namespace may use every CLB, and nothing is kept for anybody. */
export const forEveryone = { rules: [everyone], reservationMs: 0 };

/** CLBs are made at once, and refused ones are tried again soon. */
const forOwned = {
  ownedTimes: { soonMs: 20, firstMs: 30, mostMs: 100 },
  creation: { kinds: 'any', mostPerNamespace: 5 },
} as const;

function writersOf(cluster: FakeCluster) {
  const { records, ownedRecords, configs, pairs } = cluster;
  const itself = { gates: cluster, heldDeletions: cluster, owners: cluster };
  return { ...itself, records, ownedRecords, configs, pairs, unneededMs: 50 };
}

const policy: ControllerOptions['policy'] = {
  gateType: 'example.com/gate',
  settleMs: 20,
  onWaitLimit: 'hold',
  waitLimitMs: 60_000,
  tellAfterMs: 30_000,
};

/** One cluster, one cloud and, while `start` runs, one controller with short times. */
export class World {
  readonly clb: FakeClb;
  readonly cluster = new FakeCluster();
  /** CLBs that belong to no record, as counted last. */
  unneeded: Unneeded = { loadBalancers: 0, listeners: 0 };
  /** Changes of other writers that were undone. */
  readonly undone: string[] = [];
  #running:
    { readonly abort: AbortController; readonly ended: Promise<void>; readonly state: ObservedState } | undefined;

  constructor(clb = new FakeClb()) {
    this.clb = clb;
    clb.addLoadBalancer(clbId);
  }

  get state(): ObservedState | undefined {
    return this.#running?.state;
  }

  start(overrides: Partial<ControllerOptions> = {}): void {
    const abort = new AbortController();
    const state = new ObservedState();
    const log = createLogger({ program: 'test', level: 'silent' });
    const repeat = { by: 'message', afterMs: overrides.resyncMs ?? 60_000 } as const;
    const { clb, cluster } = this;
    const ended = runController({
      clb,
      openCluster: async (change) => {
        await Promise.resolve();
        const missing = [...cluster.marked].filter((id) => cluster.recordOf(id) === undefined);
        cluster.setUnsearched(cluster.isMarkedComplete ? new Set(missing) : 'all');
        cluster.change = change;
        return cluster;
      },
      clock: { nowMs: Date.now, offsetMs: () => 0 },
      ownPod: 'clb-direct/controller-1',
      ...writersOf(cluster),
      ...forOwned,
      reporter: createOwnerReporter(createReporter({ recorder: cluster.recorder, log, nowMs: Date.now, repeat })),
      clusterId,
      vpcId: 'vpc-1',
      region: 'ap-test',
      limits: { ...limits, drainMs: 20, gatherMs: 20, moveKeepMs: 50 },
      placeRules: { rules: [], reservationMs: 600_000 },
      policy,
      optOutAnnotation: 'example.com/opt-out',
      looksPerMinute: 6_000,
      recheckMs: 20,
      resyncMs: 60_000,
      log,
      registry: new Registry(),
      state,
      onOpened: () => undefined,
      onUndone: (what) => this.undone.push(what),
      sweepDeletes: [],
      onUnneeded: (unneeded) => (this.unneeded = unneeded),
      signal: abort.signal,
      ...overrides,
    });
    this.#running = { abort, ended, state };
  }

  /** As a controller dies: nothing but the cluster and the cloud stays. */
  async stop(): Promise<void> {
    this.cluster.change = undefined;
    this.#running?.abort.abort();
    await this.#running?.ended;
    this.#running = undefined;
  }
}

/** With a CLB whose targets are healthy at once, a pod, and the Service by which Ingresses reach it. */
export function worldWithBackend(): World {
  const world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
  world.cluster.putRelated({ kind: 'Service', namespace: 'shop', name: 'web' }, aBackendService());
  return world;
}
