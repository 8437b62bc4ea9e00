import { targetKey } from '../core/model/target.ts';
import { isEmpty, type Plan } from '../core/plan/plan.ts';
import { anOwner, aPod } from './builders.ts';
import type { FakeTarget } from './fake-load-balancer.ts';
import { ClusterOnShared, sharedBalancer } from './shared-listeners.ts';

export const listenerIds = ['lbl-1', 'lbl-2'];
const apps = ['web', 'api'];
/** What annotations name: the listeners, one that is not there, and what cannot be read. */
const values = [...listenerIds.map((id) => `80=${id}`), '80=lbl-9', '80:lbl-1'];
const ips = Array.from({ length: 6 }, (_, index) => `10.0.0.${index + 1}`);

const service = (app: string, existingListeners: string) =>
  anOwner({ name: app, selector: { app }, existingListeners });

interface Scene {
  readonly world: SharedWorld;
  readonly cluster: ClusterOnShared;
  /** Chooses among what there is. */
  readonly at: number;
}

/** Everything that may happen to two clusters and a person at the same listeners. */
const events = {
  run: ({ world, cluster }: Scene) => {
    world.run(cluster);
  },
  'die amid a run': ({ world, cluster }: Scene) => {
    world.run(cluster, 1);
    cluster.restart();
  },
  'add pod': ({ world, cluster, at }: Scene) => world.addPod(cluster, at),
  'end pod': (scene: Scene) => changePod(scene, () => ({ ending: true })),
  'unready pod': (scene: Scene) => changePod(scene, ({ containersReady }) => ({ containersReady: !containersReady })),
  'kill pod': ({ cluster, at }: Scene) => {
    const pod = chosen(cluster.pods, at);
    if (pod !== undefined && at % 2 === 0) cluster.ended.add(pod.uid);
    cluster.pods = cluster.pods.filter((one) => one !== pod);
  },
  map: ({ cluster, at }: Scene) => {
    const { bindings } = service(chosen(apps, at) ?? '', chosen(values, Math.floor(at / 2)) ?? '');
    cluster.owners = cluster.owners.map((owner, index) => (index === at % 2 ? { ...owner, bindings } : owner));
  },
  'delete Service': ({ cluster, at }: Scene) => {
    // Every other time both.
    const isOne = (index: number) => at % 4 < 2 || index === at % 2;
    cluster.owners = cluster.owners.map((owner, index) => (isOne(index) ? { ...owner, ending: true } : owner));
  },
  'register by hand': ({ world, at }: Scene) => {
    const place = { listenerId: chosen(listenerIds, at) ?? '', ip: chosen(ips, at) ?? '', port: 8080 };
    if (!world.balancer.targets.has(targetKey(place))) world.put({ ...place, weight: 4, tag: '', health: 'Alive' });
  },
  'deregister by hand': ({ world, at }: Scene) => {
    const target = chosen(world.targets, at);
    if (target !== undefined) world.balancer.targets.delete(targetKey(target));
  },
  'weigh by hand': (scene: Scene) => changeTarget(scene, { weight: scene.at }),
  'pass a check': (scene: Scene) => changeTarget(scene, { health: 'Alive' }),
  'fail a check': (scene: Scene) => changeTarget(scene, { health: 'Dead' }),
} as const;

export type SharedEvent = keyof typeof events;
export const sharedEvents = Object.keys(events) as SharedEvent[];

function chosen<T>(items: readonly T[], at: number): T | undefined {
  return items[at % Math.max(1, items.length)];
}

type Pod = ClusterOnShared['pods'][number];

function changePod({ cluster, at }: Scene, change: (pod: Pod) => Partial<Pod>): void {
  const pod = chosen(cluster.pods, at);
  cluster.pods = cluster.pods.map((one) => (one === pod ? { ...one, ...change(one) } : one));
}

function changeTarget({ world, at }: Scene, change: Partial<FakeTarget>): void {
  const target = chosen(world.targets, at);
  if (target !== undefined) world.put({ ...target, ...change });
}

/** Two clusters with two Services each, and a person, at two listeners of one CLB. */
export class SharedWorld {
  readonly balancer = sharedBalancer(listenerIds);
  readonly old = this.#cluster('cls-a');
  readonly next = this.#cluster('cls-b');
  readonly clusters = [this.old, this.next];
  /** Called after each run with what it did. */
  onRun: (cluster: ClusterOnShared, plan: Plan, before: readonly FakeTarget[]) => void = () => undefined;
  #pods = 0;

  get targets(): readonly FakeTarget[] {
    return [...this.balancer.targets.values()];
  }

  happen(what: SharedEvent, cluster: ClusterOnShared, at: number): void {
    events[what]({ world: this, cluster, at });
  }

  run(cluster: ClusterOnShared, most?: number): void {
    const before = this.targets;
    const plan = cluster.plan();
    cluster.apply(plan, most);
    this.onRun(cluster, plan, before);
  }

  put(target: FakeTarget): void {
    this.balancer.targets.set(targetKey(target), target);
  }

  /** No two living pods of a VPC have one address. */
  addPod({ pods, clusterId }: ClusterOnShared, at: number): void {
    const taken = new Set(this.clusters.flatMap((cluster) => cluster.pods.map(({ ip }) => ip)));
    const ip = ips.find((one) => !taken.has(one));
    if (ip === undefined) return;
    const name = `p${(this.#pods += 1)}`;
    const labels = { app: chosen(apps, at) ?? '' };
    pods.push(aPod({ name, uid: `uid-${clusterId}-${name}`, ip, labels, createdAtMs: this.#pods }));
  }

  /** Every check passes, time goes by and people only do what events say: whether all come to rest. */
  settle(): boolean {
    for (const cluster of this.clusters) cluster.areEventsObeyed = true;
    const areAtRest = this.#rests();
    for (const cluster of this.clusters) cluster.areEventsObeyed = false;
    return areAtRest;
  }

  #rests(): boolean {
    return Array.from({ length: 40 }).some((_, round) => {
      const areDone = this.clusters.map((cluster) => this.#rest(cluster));
      return round > 2 && areDone.every(Boolean);
    });
  }

  #rest(cluster: ClusterOnShared): boolean {
    this.run(cluster);
    for (const target of this.targets) this.put({ ...target, health: 'Alive' });
    const plan = cluster.plan();
    cluster.nowMs += plan.dueInMs ?? 5_000;
    return isEmpty(plan) && plan.dueInMs === undefined;
  }

  #cluster(clusterId: string): ClusterOnShared {
    return new ClusterOnShared(clusterId, [service('web', '80=lbl-1'), service('api', '80=lbl-1')], this.balancer);
  }
}
