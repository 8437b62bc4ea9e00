import type { HealthCheck } from '../core/model/settings.ts';
import { listenerName } from '../core/plan/listener-name.ts';
import { aPod, aService, clusterId } from './builders.ts';
import type { World } from './world.ts';

/** Numbers in [0, 1), the same row in each run. */
export type Random = () => number;

const check: HealthCheck = { HealthSwitch: 1, IntervalTime: 5, HealthNum: 3, UnHealthNum: 3 };

/** When the steps of one call's task are asked about, as clb/finished-task.ts does. */
const pollsAtMs = [600, 1_000, 1_600, 2_500] as const;

interface Call {
  readonly action: string;
  readonly atMs: number;
}

/** A CLB that takes its time and probes, and the calls that it got. For a world with fake timers. */
export class SlowCloud {
  readonly calls: Call[] = [];
  /** When a target was Alive first, by its IP. */
  readonly aliveAtMs = new Map<string, number>();
  /** When a target was registered, by its IP. */
  readonly registeredAtMs = new Map<string, number>();
  readonly #world: World;
  readonly #random: Random;
  /** Who waits for a change: of the weights of a CLB by its id, of a gate by the pod's key. */
  readonly #waiting = new Map<string, PromiseWithResolvers<undefined>>();

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
    world.clb.before = async (action, id) => this.#take(action, id);
    world.cluster.onGate = (key) => this.#tell(key);
  }

  /** The next change. */
  async changed(key: string): Promise<void> {
    const waiting = this.#waiting.get(key) ?? Promise.withResolvers<undefined>();
    this.#waiting.set(key, waiting);
    return waiting.promise;
  }

  #tell(key: string): void {
    this.#waiting.get(key)?.resolve(undefined);
    this.#waiting.delete(key);
  }

  async #take(action: string, id: string): Promise<void> {
    this.calls.push({ action, atMs: performance.now() });
    if (action.startsWith('describe')) return pass(10);
    // A task is about 300 ms, and so is a batch.
    const tookMs = 150 + 500 * this.#random() ** 2;
    if (action !== 'setWeight') await pass(tookMs);
    else await this.#taskDone(tookMs);
    // The call is done when this has returned.
    if (action === 'register') setTimeout(() => this.#probe(id), 0);
    if (action === 'setWeight') setTimeout(() => this.#tell(id), 0);
  }

  async #taskDone(tookMs: number): Promise<void> {
    let passedMs = 0;
    for (const atMs of pollsAtMs) {
      await pass(atMs - passedMs);
      passedMs = atMs;
      this.calls.push({ action: 'describeTaskStatus', atMs: performance.now() });
      if (tookMs <= atMs) return;
    }
  }

  /** The first of three checks comes at any time within one interval. */
  #probe(id: string): void {
    for (const target of this.#world.clb.balancers.get(id)?.targets.values() ?? []) {
      if (target.health !== 'Unknown' || this.registeredAtMs.has(target.ip)) continue;
      this.registeredAtMs.set(target.ip, performance.now());
      setTimeout(() => this.#pass(target.ip), 10_000 + 5_000 * this.#random());
    }
  }

  #pass(passed: string): void {
    this.aliveAtMs.set(passed, performance.now());
    this.#world.clb.setHealth('Alive', ({ ip }) => ip === passed);
  }
}

interface Rolled {
  readonly number: number;
  readonly replicas: number;
  readonly random: Random;
  /** How long after its gate a pod is Ready and an old one deleted, at least and at most. */
  readonly readyMs: readonly [number, number];
}

/** A Deployment behind a Service of its own on a CLB of its own, rolled by the defaults: 25 %, 25 %. */
export class RollingUpdate {
  readonly balancerId: string;
  /** How long each pod that ended waited for its weight 0. */
  readonly drainDelaysMs: number[] = [];
  /** When the containers of a new pod were ready, by its IP. */
  readonly readyAtMs = new Map<string, number>();
  /** When the gate of a new pod was open, by its IP. */
  readonly openAtMs = new Map<string, number>();
  readonly #world: World;
  readonly #cloud: SlowCloud;
  readonly #random: Random;
  readonly #name: string;
  readonly #subnet: number;
  readonly #replicas: number;
  readonly #readyMs: readonly [number, number];
  readonly #ready = new Set<string>();
  #old: string[] = [];
  #new: string[] = [];
  #made = 0;

  constructor(world: World, cloud: SlowCloud, { number, replicas, random, readyMs }: Rolled) {
    this.#world = world;
    this.#cloud = cloud;
    this.#random = random;
    this.#replicas = replicas;
    this.#readyMs = readyMs;
    this.#subnet = number;
    this.#name = `app${number}`;
    this.balancerId = `lb-${number}`;
    this.#serve();
  }

  get isDone(): boolean {
    return this.#old.length === 0 && this.#new.filter((name) => this.#ready.has(name)).length === this.#replicas;
  }

  begin(): void {
    this.#sync();
  }

  #serve(): void {
    const { clb, cluster } = this.#world;
    const uid = `uid-${this.#name}`;
    const listener = { id: `lbl-${this.#name}`, name: listenerName(clusterId, uid), protocol: 'TCP', port: 80 };
    clb.addLoadBalancer(this.balancerId);
    clb.addListener(this.balancerId, { ...listener, settings: { healthCheck: check, deregisterTargetRst: true } });
    for (let made = 0; made < this.#replicas; made += 1) {
      const { name, ip } = this.#pod(true);
      const target = { listenerId: listener.id, ip, port: 8080, weight: 10, tag: `uid-${name}`, instanceId: undefined };
      clb.addTarget(this.balancerId, target);
      this.#old.push(name);
      this.#ready.add(name);
    }
    const own = { selector: { app: this.#name }, existingLoadBalancer: this.balancerId };
    const service = aService({ name: this.#name, uid, ...own, recordedLoadBalancers: [this.balancerId] });
    cluster.putRecord(this.balancerId, [
      { kind: 'Service', namespace: 'shop', name: this.#name, uid, recordedAtMs: 0, places: ['TCP/80'] } as never,
    ]);
    cluster.putService(service);
  }

  #pod(isReady: boolean): { readonly name: string; readonly ip: string } {
    this.#made += 1;
    const name = `${this.#name}-${this.#made}`;
    const ip = `10.${this.#subnet}.0.${this.#made}`;
    const gate = { status: 'True', reason: 'LoadBalancerNetworkGroupReady', message: '' } as never;
    const about = { name, ip, labels: { app: this.#name }, containersReady: isReady };
    this.#world.cluster.putPod(aPod(isReady ? { ...about, gate } : about));
    return { name, ip };
  }

  /** As the Deployment's controller does after each change. */
  #sync(): void {
    const most = this.#replicas + Math.ceil(this.#replicas / 4);
    const least = this.#replicas - Math.floor(this.#replicas / 4);
    const available = () => [...this.#old, ...this.#new].filter((name) => this.#ready.has(name)).length;
    while (this.#old.length > 0 && available() > least) this.#end();
    while (this.#old.length + this.#new.length < most && this.#new.length < this.#replicas) void this.#start();
  }

  async #start(): Promise<void> {
    const { name, ip } = this.#pod(false);
    this.#new.push(name);
    await pass(700 + 1_000 * this.#random());
    this.readyAtMs.set(ip, performance.now());
    this.#world.cluster.changePod(`shop/${name}`, { containersReady: true, containersReadyAtMs: Date.now() });
    while (!this.#world.cluster.gateOf(`shop/${name}`).startsWith('True')) await this.#cloud.changed(`shop/${name}`);
    this.openAtMs.set(ip, performance.now());
    // The kubelet makes it Ready, and the Deployment's controller hears of it.
    const [leastMs, mostMs] = this.#readyMs;
    await pass(leastMs + (mostMs - leastMs) * this.#random());
    this.#ready.add(name);
    this.#sync();
  }

  #end(): void {
    const name = this.#old.shift() ?? '';
    this.#ready.delete(name);
    void this.#leave(name);
  }

  async #leave(name: string): Promise<void> {
    const { cluster } = this.#world;
    cluster.changePod(`shop/${name}`, { ending: true });
    const fromMs = performance.now();
    while (this.#weightOf(name) > 0) await this.#cloud.changed(this.balancerId);
    this.drainDelaysMs.push(performance.now() - fromMs);
    await pass(3_000 + 1_000 * this.#random());
    cluster.removePod(`shop/${name}`);
  }

  #weightOf(name: string): number {
    const targets = [...(this.#world.clb.balancers.get(this.balancerId)?.targets.values() ?? [])];
    return targets.find(({ tag }) => tag === `uid-${name}`)?.weight ?? 0;
  }
}

async function pass(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
