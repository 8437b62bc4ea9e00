import type {
  ClbPort,
  CloudError,
  Health,
  Listener,
  ListenerRefusal,
  ListenerSpec,
  LoadBalancer,
  ObservedTarget,
  Refusal,
  TargetHealth,
  TargetRef,
  TargetSpec,
} from '../core/clb-port.ts';
import { targetKey } from '../core/target.ts';

interface FakeTarget extends ObservedTarget {
  readonly health: Health;
}

interface FakeLoadBalancer {
  readonly about: LoadBalancer;
  readonly listeners: Map<string, Listener>;
  readonly targets: Map<string, FakeTarget>;
}

type Action = keyof ClbPort;

/** One write that was done, with the keys that it concerned. */
export interface FakeWrite {
  readonly action: Action;
  readonly id: string;
  readonly keys: readonly string[];
}

/** CLBs in memory. Health is what the test says it is; nothing probes. */
export class FakeClb implements ClbPort {
  readonly balancers = new Map<string, FakeLoadBalancer>();
  readonly writes: FakeWrite[] = [];
  readonly healthAsks: (readonly string[])[] = [];
  /** The listeners of each call that asked for some, refused ones too. */
  readonly createAsks: (readonly string[])[] = [];
  /** Whether targets come back with their tags. */
  returnsTags = true;
  /** Health of a target that was just registered. */
  firstHealth: Health = 'Unknown';
  /** Thrown instead of doing the action. */
  fail: (action: Action, id: string) => Error | undefined = () => undefined;
  /** Why the CLB does not take these targets. */
  refuse: (target: TargetRef) => string | undefined = () => undefined;
  /** Why the CLB does not make this listener; it refuses a whole call for it, as the API does. */
  refuseListener: (spec: ListenerSpec) => CloudError | undefined = () => undefined;
  /** Runs before each action is done, so that a test can let the world change in between. */
  before: (action: Action, id: string) => Promise<void> | void = () => undefined;
  #lastListener = 0;

  addLoadBalancer(id: string, overrides: Partial<LoadBalancer> = {}): FakeLoadBalancer {
    const about = { id, name: id, vips: ['192.0.2.1'], domain: undefined, vpcId: 'vpc-1', usable: true, ...overrides };
    const balancer = { about, listeners: new Map<string, Listener>(), targets: new Map<string, FakeTarget>() };
    this.balancers.set(id, balancer);
    return balancer;
  }

  addListener(id: string, listener: Listener): void {
    this.balancers.get(id)?.listeners.set(listener.id, listener);
  }

  addTarget(id: string, target: ObservedTarget, health: Health = 'Alive'): void {
    this.balancers.get(id)?.targets.set(targetKey(target), { ...target, health });
  }

  /** Sets the health of every target that the test means. */
  setHealth(health: Health, means: (target: FakeTarget) => boolean = () => true): void {
    for (const { targets } of this.balancers.values()) {
      for (const [key, target] of targets) if (means(target)) targets.set(key, { ...target, health });
    }
  }

  listenersOf(id: string): readonly Listener[] {
    return [...(this.balancers.get(id)?.listeners.values() ?? [])];
  }

  /** "listener port/ip:port" -> weight. */
  picture(id: string): Readonly<Record<string, number>> {
    const { listeners, targets } = this.#at(id);
    const lines = [...targets.values()].map(
      ({ listenerId, ip, port, weight }) =>
        [`${listeners.get(listenerId)?.port ?? '?'}/${ip}:${port}`, weight] as const,
    );
    return Object.fromEntries(lines.toSorted());
  }

  async describeLoadBalancer(id: string, signal: AbortSignal) {
    await this.#enter('describeLoadBalancer', id, signal);
    return this.balancers.get(id)?.about;
  }

  async describeListeners(id: string, signal: AbortSignal) {
    await this.#enter('describeListeners', id, signal);
    return this.listenersOf(id);
  }

  async describeTargets(id: string, listenerIds: readonly string[], signal: AbortSignal) {
    await this.#enter('describeTargets', id, signal);
    const targets = [...this.#at(id).targets.values()].filter(({ listenerId }) => listenerIds.includes(listenerId));
    return targets.map(({ listenerId, ip, port, weight, tag }) => {
      return { listenerId, ip, port, weight, tag: this.returnsTags ? tag : undefined };
    });
  }

  async describeHealth(ids: readonly string[], signal: AbortSignal): Promise<readonly TargetHealth[]> {
    await this.#enter('describeHealth', ids.join(), signal);
    this.healthAsks.push(ids);
    return ids.flatMap((id) =>
      [...(this.balancers.get(id)?.targets.values() ?? [])].map(({ listenerId, ip, port, health }) => {
        return { loadBalancerId: id, listenerId, ip, port, health };
      }),
    );
  }

  async createListeners(
    id: string,
    specs: readonly ListenerSpec[],
    signal: AbortSignal,
  ): Promise<readonly ListenerRefusal[]> {
    await this.#enter('createListeners', id, signal);
    this.createAsks.push(specs.map(({ protocol, port }) => `${protocol}/${port}`));
    const cause = specs.map((spec) => this.refuseListener(spec)).find((error) => error !== undefined);
    if (cause !== undefined) return [{ specs, cause }];
    for (const { name, protocol, port } of specs) {
      const listenerId = `lbl-${(this.#lastListener += 1)}`;
      this.addListener(id, { id: listenerId, name, protocol, port });
    }
    this.#write(
      'createListeners',
      id,
      specs.map(({ protocol, port }) => `${protocol}/${port}`),
    );
    return [];
  }

  async deleteListener(id: string, listenerId: string, signal: AbortSignal) {
    await this.#enter('deleteListener', id, signal);
    const { listeners, targets } = this.#at(id);
    listeners.delete(listenerId);
    for (const [key, target] of targets) if (target.listenerId === listenerId) targets.delete(key);
    this.#write('deleteListener', id, [listenerId]);
  }

  async register(id: string, specs: readonly TargetSpec[], signal: AbortSignal): Promise<readonly Refusal[]> {
    await this.#enter('register', id, signal);
    const { targets } = this.#at(id);
    const { taken, refusals } = this.#sorted(specs);
    for (const spec of taken) {
      const before = targets.get(targetKey(spec));
      targets.set(targetKey(spec), { ...spec, health: before?.health ?? this.firstHealth });
    }
    this.#write('register', id, taken.map(targetKey));
    return refusals;
  }

  async deregister(id: string, refs: readonly TargetRef[], signal: AbortSignal): Promise<readonly Refusal[]> {
    await this.#enter('deregister', id, signal);
    const { taken, refusals } = this.#sorted(refs);
    for (const ref of taken) this.#at(id).targets.delete(targetKey(ref));
    this.#write('deregister', id, taken.map(targetKey));
    return refusals;
  }

  async setWeight(id: string, refs: readonly TargetRef[], weight: number, signal: AbortSignal) {
    await this.#enter('setWeight', id, signal);
    const { targets } = this.#at(id);
    for (const ref of refs) {
      const target = targets.get(targetKey(ref));
      if (target !== undefined) targets.set(targetKey(ref), { ...target, weight });
    }
    this.#write('setWeight', id, refs.map(targetKey));
  }

  /** A batch is taken or refused by whole listeners, as the API does it. */
  #sorted<T extends TargetRef>(refs: readonly T[]): { taken: readonly T[]; refusals: readonly Refusal[] } {
    const refusals = new Map<string, Refusal>();
    for (const ref of refs) {
      const message = this.refuse(ref);
      if (message !== undefined) refusals.set(ref.listenerId, { listenerId: ref.listenerId, message });
    }
    return { taken: refs.filter(({ listenerId }) => !refusals.has(listenerId)), refusals: [...refusals.values()] };
  }

  async #enter(action: Action, id: string, signal: AbortSignal): Promise<void> {
    await this.before(action, id);
    signal.throwIfAborted();
    const error = this.fail(action, id);
    if (error !== undefined) throw error;
  }

  #write(action: Action, id: string, keys: readonly string[]): void {
    if (keys.length > 0) this.writes.push({ action, id, keys });
  }

  #at(id: string): FakeLoadBalancer {
    const balancer = this.balancers.get(id);
    if (balancer === undefined) throw new Error(`the test has no CLB ${id}`);
    return balancer;
  }
}
