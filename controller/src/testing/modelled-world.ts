import { aNewService, aPod, limits } from './builders.ts';
import type { FakeTarget } from './fake-load-balancer.ts';
import { expectedIn, Model, seenIn, type PodState } from './model.ts';
import { editByHand, strangerIp, type Edit } from './modelled-edits.ts';
import { addOthers, isOthers, linesOf, listenersOfApp, ofOthers } from './modelled-places.ts';
import {
  apps,
  balancers,
  certificate,
  configOf,
  configSpec,
  ipOf,
  keyOf,
  written,
  type App,
  type Asked,
  type Tuned,
} from './modelled-services.ts';
import { passesUntil, passMs } from './virtual-time.ts';
import { WatchedClb } from './watched-clb.ts';
import { forEveryone, World } from './world.ts';

/** In virtual time: a world with a controller, and what it has to look like in the end. */
export class ModelledWorld extends World {
  override readonly clb: WatchedClb;
  readonly #model = new Model();
  readonly #othersBefore: unknown;
  /** What a skipped Service had a while after it was skipped: it stays so. */
  readonly #left = new Map<App, readonly string[]>();
  #lastUid = 0;

  constructor() {
    const clb = new WatchedClb();
    super(clb);
    this.clb = clb;
    clb.firstHealth = 'Alive';
    clb.addLoadBalancer('lb-two', { vips: ['192.0.2.2'] });
    addOthers(clb);
    this.#othersBefore = ofOthers(clb);
    this.cluster.putRelated(certificate, { certificateId: 'cert-1', caCertificateId: undefined });
  }

  /** With times as they may be set; a move need not take ten minutes. */
  override start(): void {
    const times = { recheckMs: 1_000, resyncMs: 60_000 };
    super.start({ ...times, placeRules: forEveryone, limits: { ...limits, moveKeepMs: 30_000 } });
  }

  override async stop(): Promise<void> {
    const stopped = super.stop();
    await passMs(2_000);
    await stopped;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.start();
  }

  ask(app: App, asked: Asked): void {
    const before = this.cluster.service(keyOf(app));
    if (before?.ending === true) return;
    this.#model.asked.set(app, asked);
    const facts = { ...this.#written(app), selector: { app } };
    if (before === undefined) this.cluster.putService(aNewService({ ...this.#identity(app), ...facts }));
    else this.cluster.changeService(keyOf(app), facts);
  }

  /** What a skipped Service has would stay for ever. */
  deleteService(app: App): void {
    if (this.#model.skipped.has(app)) return;
    this.#model.asked.delete(app);
    this.cluster.deleteService(keyOf(app));
  }

  tune(app: App, tuned: Tuned | undefined): void {
    if (tuned === undefined) this.#model.tuned.delete(app);
    else this.#model.tuned.set(app, tuned);
    this.#model.everTuned.add(app);
    this.cluster.putRelated(configOf(app), tuned === undefined ? undefined : { spec: configSpec(app, tuned) });
  }

  /** What is under way then ends in a minute. */
  async skip(app: App): Promise<void> {
    if (!this.#model.asked.has(app) || this.#model.skipped.has(app)) return;
    this.#model.skipped.add(app);
    this.cluster.changeService(keyOf(app), this.#written(app));
    await passMs(60_000);
    this.#left.set(app, this.#linesOf(app));
  }

  unskip(app: App): void {
    if (!this.#model.skipped.delete(app)) return;
    this.#left.delete(app);
    this.cluster.changeService(keyOf(app), this.#written(app));
  }

  /** Of skipped Services: what there was, and what there is. */
  skipped(): { readonly before: unknown; readonly now: unknown } {
    return { before: [...this.#left], now: [...this.#left.keys()].map((app) => [app, this.#linesOf(app)]) };
  }

  putPod(app: App, number: number, state: PodState): void {
    const key = `${keyOf(app)}-${number}`;
    const before = this.#model.pods.get(key);
    if (before === 'ending' || (before === undefined && state === 'ending')) return;
    this.#model.pods.set(key, state);
    const change = { containersReady: state !== 'unready', ending: state === 'ending' };
    const facts = { labels: { app }, ip: ipOf(app, number) };
    if (before !== undefined) this.cluster.changePod(key, change);
    else this.cluster.putPod(aPod({ ...this.#identity(`${app}-${number}`), ...facts, ...change }));
  }

  /** Its containers end, and it is gone. */
  endPod(app: App, number: number): void {
    const key = `${keyOf(app)}-${number}`;
    if (this.#model.pods.get(key) !== 'ending') return;
    this.cluster.changePod(key, { containersGone: true });
    this.cluster.removePod(key);
    this.#model.pods.delete(key);
  }

  editByHand(edit: Edit): void {
    const left = new Set([...this.#model.skipped].flatMap((app) => listenersOfApp(this.clb, app)));
    editByHand(edit, this.clb, (listenerId) => left.has(listenerId));
  }

  /** Of the targets of this cluster: a stranger that served would be kept until somebody lets it go. */
  setHealth(health: FakeTarget['health']): void {
    this.clb.firstHealth = health;
    this.clb.setHealth(health, (target) => !isOthers(target) && target.ip !== strangerIp);
  }

  /** The faults end, nothing is skipped, what was ending is gone, what was not ready is ready, and all is healthy. */
  calm(): void {
    this.clb.calm();
    this.clb.quota = {};
    this.setHealth('Alive');
    for (const app of [...this.#model.skipped]) this.unskip(app);
    for (const app of apps) {
      for (const [key, number] of this.#model.podsOf(app)) {
        if (this.#model.pods.get(key) === 'ending') this.endPod(app, number);
        else this.putPod(app, number, 'ready');
      }
    }
  }

  async settles(limitMs: number): Promise<void> {
    const isSame = () => JSON.stringify(this.seen()) === JSON.stringify(this.expected());
    await passesUntil(isSame, limitMs, 1_000).catch(() => undefined);
  }

  expected(): unknown {
    return expectedIn(this, this.#model);
  }

  seen(): unknown {
    return seenIn(this, this.#model);
  }

  /** What others made. */
  others(): { readonly before: unknown; readonly now: unknown } {
    return { before: this.#othersBefore, now: ofOthers(this.clb) };
  }

  #written(app: App) {
    const asked = this.#model.asked.get(app);
    return asked === undefined ? {} : written(app, asked, this.#model.skipped.has(app));
  }

  #identity(name: string) {
    this.#lastUid += 1;
    return { name, uid: `uid-${name}-${this.#lastUid}`, createdAtMs: this.#lastUid };
  }

  #linesOf(app: App): readonly string[] {
    const own = new Set(listenersOfApp(this.clb, app));
    return balancers.flatMap((id) => linesOf(this.clb, id, (listenerId) => own.has(listenerId)));
  }
}
