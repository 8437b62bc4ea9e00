import fc from 'fast-check';
import { listenerName } from '../core/plan/listener-name.ts';
import { aNewService, aPod, aPort, aTarget, clbId, clusterId } from './builders.ts';
import { LossyClb } from './lossy-clb.ts';
import { forEveryone, World } from './world.ts';

const balancers = [clbId, 'lb-two'] as const;
const apps = ['a', 'b', 'c'] as const;
const foreignListener = { id: 'lbl-foreign', name: 'made by hand', protocol: 'TCP', port: 8443 };
const foreignTarget = { listenerId: 'lbl-foreign', ip: '10.9.9.9', port: 1, weight: 7 };

type App = (typeof apps)[number];
type PodState = 'ready' | 'unready' | 'ending';

/** What people asked for: the model. */
interface Wanted {
  readonly balancer: string;
  readonly port: number;
}

/** A world with a controller, and what it has to look like in the end. */
export class ModelledWorld extends World {
  override readonly clb: LossyClb;
  readonly #services = new Map<App, Wanted>();
  readonly #pods = new Map<string, PodState>();
  #lastUid = 0;
  readonly foreignBefore: unknown;

  constructor() {
    const clb = new LossyClb();
    super(clb);
    this.clb = clb;
    clb.firstHealth = 'Alive';
    clb.addLoadBalancer('lb-two', { vips: ['192.0.2.2'] });
    for (const id of balancers) {
      clb.addListener(id, foreignListener);
      clb.addTarget(id, aTarget(foreignTarget), 'Dead');
    }
    this.foreignBefore = this.foreign();
  }

  override start(): void {
    super.start({ placeRules: forEveryone, resyncMs: 40 });
  }

  async restart(): Promise<void> {
    await this.stop();
    this.start();
  }

  putService(app: App, balancer: string, port: number): void {
    if (this.cluster.service(keyOf(app))?.ending === true) return;
    this.#services.set(app, { balancer, port });
    const change = { existingLoadBalancer: balancer, ports: [aPort({ port })] };
    const isThere = this.cluster.service(keyOf(app)) !== undefined;
    if (isThere) this.cluster.changeService(keyOf(app), change);
    else {
      const uid = `uid-${app}-${(this.#lastUid += 1)}`;
      this.cluster.putService(
        aNewService({ name: app, uid, createdAtMs: this.#lastUid, selector: { app }, ...change }),
      );
    }
  }

  deleteService(app: App): void {
    this.#services.delete(app);
    this.cluster.deleteService(keyOf(app));
  }

  putPod(app: App, number: number, state: PodState): void {
    const key = `${keyOf(app)}-${number}`;
    const isNew = !this.#pods.has(key);
    if (isNew && state === 'ending') return;
    if (this.#pods.get(key) === 'ending') return;
    this.#pods.set(key, state);
    const change = { containersReady: state !== 'unready', ending: state === 'ending' };
    if (!isNew) {
      this.cluster.changePod(key, change);
      return;
    }
    const ip = `10.0.${apps.indexOf(app)}.${number}`;
    const uid = `uid-pod-${(this.#lastUid += 1)}`;
    this.cluster.putPod(
      aPod({ name: `${app}-${number}`, uid, labels: { app }, ip, createdAtMs: this.#lastUid, ...change }),
    );
  }

  /** Its containers end, and it is gone. */
  endPod(app: App, number: number): void {
    const key = `${keyOf(app)}-${number}`;
    if (this.#pods.get(key) !== 'ending') return;
    this.cluster.changePod(key, { containersGone: true });
    this.cluster.removePod(key);
    this.#pods.delete(key);
  }

  /** The faults end, what was ending is gone, what was not ready is ready, and everything is healthy. */
  calm(): void {
    this.clb.failing = 0;
    this.clb.losing = 0;
    this.clb.firstHealth = 'Alive';
    this.clb.setHealth('Alive', ({ listenerId }) => listenerId !== foreignListener.id);
    for (const [key, state] of [...this.#pods]) {
      const [app, number] = [key.split('/')[1]?.split('-')[0] as App, Number(key.split('-').at(-1))];
      if (state === 'ending') this.endPod(app, number);
      else this.putPod(app, number, 'ready');
    }
  }

  /** What has to stand in the end, by the Services and pods alone. */
  expected(): unknown {
    const lines = [...this.#services].flatMap(([app, { balancer, port }]) => {
      const uid = this.cluster.service(keyOf(app))?.uid ?? '';
      const pods = [...this.#pods.keys()].filter((key) => key.startsWith(`${keyOf(app)}-`));
      const targets = pods.map((key) => `10.0.${apps.indexOf(app)}.${key.split('-').at(-1)}:8080=10`);
      return `${balancer} TCP/${port} ${listenerName(clusterId, uid)} ${targets.toSorted().join(' ')}`;
    });
    const gates = [...this.#pods.keys()].map((key) => `${key} True`);
    const services = [...this.#services.keys()].map(keyOf);
    return { places: lines.toSorted(), gates: gates.toSorted(), services: services.toSorted() };
  }

  /** The same, as it is. */
  seen(): unknown {
    const places = balancers.flatMap((id) =>
      this.clb.listenersOf(id).flatMap((listener) => {
        if (listener.id === foreignListener.id) return [];
        const all = [...(this.clb.balancers.get(id)?.targets.values() ?? [])];
        const own = all.filter(({ listenerId }) => listenerId === listener.id);
        const targets = own.map(({ ip, port, weight }) => `${ip}:${port}=${weight}`).toSorted();
        return `${id} ${listener.protocol}/${listener.port} ${listener.name} ${targets.join(' ')}`;
      }),
    );
    const gates = [...this.#pods.keys()].map((key) => `${key} ${this.cluster.gateOf(key).split(' ')[0] ?? ''}`);
    const services = apps.map(keyOf).filter((key) => this.cluster.service(key) !== undefined);
    return { places: places.toSorted(), gates: gates.toSorted(), services: services.toSorted() };
  }

  /** What others made. */
  foreign(): unknown {
    return balancers.map((id) => {
      const all = [...(this.clb.balancers.get(id)?.targets.values() ?? [])];
      return [
        this.clb.listenersOf(id).filter((one) => one.id === foreignListener.id),
        all.filter(({ listenerId }) => listenerId === foreignListener.id),
      ];
    });
  }

  /** Somebody edits our listeners in the console. */
  editByHand(edit: 'weights' | 'targets' | 'listener' | 'stranger'): void {
    for (const [id, balancer] of this.clb.balancers) {
      const own = [...balancer.targets].filter(([, { listenerId }]) => listenerId !== foreignListener.id);
      const listener = this.clb.listenersOf(id).find((one) => one.id !== foreignListener.id);
      if (edit === 'weights') for (const [key, target] of own) balancer.targets.set(key, { ...target, weight: 33 });
      if (edit === 'targets') for (const [key] of own.slice(0, 1)) balancer.targets.delete(key);
      if (edit === 'listener' && listener !== undefined) balancer.deleteListener(listener.id);
      if (edit === 'stranger' && listener !== undefined) {
        const stranger = aTarget({ listenerId: listener.id, ip: '10.8.8.8', port: 9, tag: undefined });
        this.clb.addTarget(id, stranger, 'Dead');
      }
    }
  }
}

function keyOf(app: App): string {
  return `shop/${app}`;
}

/** One thing that happens; it prints itself when a run fails. */
interface Command {
  readonly name: string;
  readonly run: (world: ModelledWorld) => Promise<void> | void;
  toString(): string;
}

function named(name: string, run: Command['run']): Command {
  return { name, run, toString: () => name };
}

const app = fc.constantFrom(...apps);
const number = fc.integer({ min: 1, max: 3 });
/** Of an app each: the model has no conflicts. */
const portOf = (one: App, second: boolean) => 80 + 2 * apps.indexOf(one) + (second ? 1 : 0);

const putService = fc
  .tuple(app, fc.constantFrom(...balancers), fc.boolean())
  .map(([one, balancer, second]) =>
    named(`Service ${one} on ${balancer} ${portOf(one, second)}`, (world) =>
      world.putService(one, balancer, portOf(one, second)),
    ),
  );
const putPod = fc
  .tuple(app, number, fc.constantFrom<PodState[]>('ready', 'ready', 'unready', 'ending'))
  .map(([one, index, state]) => named(`pod ${one}-${index} ${state}`, (world) => world.putPod(one, index, state)));
const others = fc.oneof(
  app.map((one) => named(`delete Service ${one}`, (world) => world.deleteService(one))),
  fc.tuple(app, number).map(([one, index]) => named(`end pod ${one}-${index}`, (world) => world.endPod(one, index))),
  fc.constant(named('restart', async (world) => world.restart())),
  fc.integer({ min: 1, max: 6 }).map((count) => named(`fail ${count}`, ({ clb }) => void (clb.failing = count))),
  fc.integer({ min: 1, max: 3 }).map((count) => named(`lose ${count}`, ({ clb }) => void (clb.losing = count))),
  fc
    .constantFrom('weights', 'targets', 'listener', 'stranger')
    .map((edit) => named(`edit ${edit}`, (world) => world.editByHand(edit))),
  fc.constantFrom('Alive', 'Unknown', 'Dead').map((health) =>
    named(`health ${health}`, ({ clb }) => {
      clb.firstHealth = health;
      clb.setHealth(health, ({ listenerId }) => listenerId !== foreignListener.id);
    }),
  ),
);

export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: putService },
  { weight: 4, arbitrary: putPod },
  { weight: 4, arbitrary: others },
);
