import { createReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { ordinaryFlow } from '@clb-direct/shared/domain/flow.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { newEntry } from '../core/model/record.ts';
import { tagKey } from '../core/model/owned-balancer.ts';
import { absenceLimits } from '../core/model/absence.ts';
import { unseen } from '../core/model/balancer-state.ts';
import type { OwnedWriter } from '../core/model/cluster-port.ts';
import { emptyMemory } from '../core/plan/memory.ts';
import { ownedTimes } from '../engine/owned-context.ts';
import { createOwnedLoop } from '../engine/owned-loop.ts';
import { ObservedState } from '../engine/observed-state.ts';
import { createOwnerReporter } from '../kube/owner-reporter.ts';
import { aNewService, clbId, clusterId } from './builders.ts';
import { FakeClb } from './fake-clb.ts';
import { FakeCluster } from './fake-cluster.ts';

/** A controller dies here. */
class Crash extends Error {
  override readonly name = 'Crash';
}

/** Of a new CLB, for so long its tags do not find it. */
const tagsLagMs = 60_000;

/** Remembers when what was made. */
class LaggingClb extends FakeClb {
  readonly madeAtMs = new Map<string, number>();
  nowMs: () => number = () => 0;

  override async findLoadBalancers(...[tags, signal]: Parameters<FakeClb['findLoadBalancers']>) {
    const found = await super.findLoadBalancers(tags, signal);
    return found.filter(({ id }) => (this.madeAtMs.get(id) ?? -Infinity) + tagsLagMs <= this.nowMs());
  }

  protected override wrote(...write: Parameters<FakeClb['wrote']>): void {
    if (write[0] === 'createLoadBalancer') this.madeAtMs.set(write[1], this.nowMs());
    super.wrote(...write);
  }
}

type Loop = ReturnType<typeof createOwnedLoop>;

/**
 * The loop that makes and deletes CLBs, once for each of two controllers, in a world where calls fail, answers are lost
 * and controllers die. Nothing runs by itself, and time goes by only when a test says so.
 */
export class OwnedWorld {
  readonly clb = new LaggingClb();
  readonly cluster = new FakeCluster();
  nowMs = 1_000_000;
  /** How many calls and record writes of a controller still work; then `trouble` happens. */
  callsLeft = Infinity;
  trouble: 'crash before' | 'crash after' | 'lost answer' | 'failure' | 'the other controller' = 'failure';
  #other: (() => Promise<unknown>) | undefined;
  readonly #state = new ObservedState();
  readonly #loops: Loop[] = [this.#newLoop(), this.#newLoop()];

  constructor() {
    this.clb.nowMs = () => this.nowMs;
    this.clb.addLoadBalancer(clbId);
    this.clb.before = async () => this.#call('before');
    this.clb.loseAnswer = () => this.#isLost();
  }

  readonly key = 'Service/shop/web';
  /** Of each Service that is put. */
  annotations: Readonly<Record<string, string>> = {};

  /** What people see of it; undefined: it is gone. */
  get service() {
    return this.cluster.service('shop/web');
  }

  /** Ids of the CLBs that were made for the Service with this UID, as they were made, and stand. */
  madeFor(uid: string): readonly string[] {
    const made = [...this.clb.madeAtMs.keys()].filter((id) => this.madeOf.get(id) === uid);
    return made.filter((id) => this.clb.balancers.has(id));
  }

  /** By id: the UID that a CLB was made for. */
  readonly madeOf = new Map<string, string>();

  putService(uid: string): void {
    const change = { uid, existingLoadBalancer: undefined, annotations: this.annotations };
    if (this.service === undefined) this.cluster.putService(aNewService(change));
  }

  /** One run of one controller; what it throws is what the queue would see. */
  async run(which: 0 | 1): Promise<void> {
    const { signal } = new AbortController();
    this.#other = () => this.#runLoop(which === 0 ? 1 : 0, signal);
    await this.#runLoop(which, signal).catch((error: unknown) => {
      if (error instanceof Crash) this.#loops[which] = this.#newLoop();
    });
    this.#other = undefined;
    this.#noteMade();
  }

  /** What the other loops of the controller do. */
  settleRest(): void {
    const { cluster, service, clb } = this;
    for (const { owner, balancerId: id } of [...cluster.ownedBalancers()]) {
      if (id === undefined || clb.balancers.get(id) === undefined) continue;
      const isWanted = service?.uid === owner.uid && !service.ending && !service.existingLoadBalancer;
      const name = `ours of ${owner.uid}`;
      if (isWanted) clb.addListener(id, { id: `lbl-${owner.uid}`, name, protocol: 'TCP', port: 80 });
      else clb.balancers.get(id)?.listeners.delete(`lbl-${owner.uid}`);
      const entry = newEntry(owner, { recordedAtMs: 1, places: ['TCP/80'] });
      cluster.putRecord(id, isWanted ? [entry] : []);
    }
    this.#settleAbsent();
    this.#settleFinalizer();
  }

  /** The balancer loop notices what is gone. */
  #settleAbsent(): void {
    for (const { balancerId: id } of this.cluster.ownedBalancers()) {
      if (id === undefined || this.clb.balancers.has(id)) continue;
      const absence = { sinceMs: 0, answers: 9, wasSeen: true, isProven: true };
      this.#state.set({ ...unseen(id), phase: 'absent', absence }, emptyMemory);
      this.cluster.putRecord(id, []);
    }
  }

  #settleFinalizer(): void {
    const { service, cluster } = this;
    if (service === undefined) return;
    const isHeld = cluster.ownedRecord(service.uid) !== undefined;
    if (service.ending && !isHeld) cluster.removeService('shop/web');
    else if (service.hasFinalizer !== isHeld && !service.ending)
      cluster.changeService('shop/web', { hasFinalizer: isHeld });
  }

  #noteMade(): void {
    for (const id of this.clb.madeAtMs.keys()) {
      const uid = this.clb.balancers.get(id)?.about.tags[tagKey.owner];
      if (uid !== undefined && !this.madeOf.has(id)) this.madeOf.set(id, uid);
    }
  }

  async #runLoop(which: 0 | 1, signal: AbortSignal): Promise<unknown> {
    return this.#loops[which]?.(this.key, signal, ordinaryFlow);
  }

  async #call(when: 'before' | 'after'): Promise<void> {
    if (this.callsLeft > 0) {
      if (when === 'before') this.callsLeft -= 1;
      return;
    }
    await this.#strike(when);
  }

  async #strike(when: 'before' | 'after'): Promise<void> {
    const { trouble } = this;
    const isDue = trouble === 'crash after' ? when === 'after' : when === 'before';
    if (!isDue || trouble === 'lost answer') return;
    this.callsLeft = Infinity;
    if (trouble === 'the other controller') await this.#other?.().catch(() => undefined);
    else if (trouble === 'failure') throw new Error('a call failed');
    else throw new Crash();
  }

  /** Of a write to the cloud. */
  #isLost(): boolean {
    if (this.callsLeft > 0 || (this.trouble !== 'lost answer' && this.trouble !== 'crash after')) return false;
    this.callsLeft = Infinity;
    if (this.trouble === 'crash after') throw new Crash();
    return true;
  }

  /** Record writes are calls too. */
  #writer(): OwnedWriter {
    const { ownedRecords } = this.cluster;
    return {
      put: async (record, signal) => {
        await this.#call('before');
        const written = await ownedRecords.put(record, signal);
        await this.#afterRecord();
        return written;
      },
      remove: async (record, signal) => {
        await this.#call('before');
        await ownedRecords.remove(record, signal);
        await this.#afterRecord();
      },
    };
  }

  async #afterRecord(): Promise<void> {
    if (this.callsLeft <= 0 && this.trouble === 'lost answer') {
      this.callsLeft = Infinity;
      throw new Error('the answer of the API server was lost');
    }
    await this.#call('after');
  }

  #newLoop(): Loop {
    const log = createLogger({ program: 'test', level: 'silent' });
    const repeat = { by: 'message', afterMs: 60_000 } as const;
    const { recorder } = this.cluster;
    return createOwnedLoop({
      clb: this.clb,
      cluster: this.cluster,
      ownedRecords: this.#writer(),
      reporter: createOwnerReporter(createReporter({ recorder, log, nowMs: () => this.nowMs, repeat })),
      state: this.#state,
      log,
      creation: { kinds: 'any', mostPerNamespace: 5 },
      clusterId,
      vpcId: 'vpc-1',
      region: 'ap-test',
      absenceLimits,
      times: ownedTimes,
      newProof: () => crypto.randomUUID(),
      onShown: () => undefined,
      nowMs: () => this.nowMs,
      monotonicMs: () => this.nowMs,
    });
  }
}
