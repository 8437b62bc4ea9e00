import type { ClbPort, ListenerAnswer, LoadBalancerAnswer, TargetAnswer } from '../core/model/clb-port.ts';
import type { CloudError } from '../core/model/cloud-error.ts';
import { unknownQuota, type Quota } from '../core/model/quota.ts';
import type { StepOf } from '../core/model/step.ts';
import { targetKey, type Health, type TargetRef } from '../core/model/target.ts';
import { FakeCertificates } from './fake-certificates.ts';
import { FakeSecurityGroups } from './fake-security-groups.ts';
import { apiError, FakeLoadBalancer, gone, type FakeTarget } from './fake-load-balancer.ts';

type Action = keyof ClbPort;

/** A listener as a test writes it. */
type GivenListener = Omit<ListenerAnswer, 'settings' | 'rules'> & Partial<Pick<ListenerAnswer, 'settings' | 'rules'>>;

/** One write that was done, with the keys that it concerned. */
export interface FakeWrite {
  readonly action: Action;
  readonly id: string;
  readonly keys: readonly string[];
}

/** What a test sets and sees of CLBs in memory. Health is what the test says it is; nothing probes. */
export class FakeClbWorld {
  readonly balancers = new Map<string, FakeLoadBalancer>();
  readonly writes: FakeWrite[] = [];
  /** The SSL product. */
  readonly certificates = new FakeCertificates((id) => this.#shows(id));
  readonly securityGroups = new FakeSecurityGroups((id) => this.#has(id));
  readonly healthAsks: (readonly string[])[] = [];
  /** The listeners of each call that asked for some, refused ones too. */
  readonly createAsks: (readonly string[])[] = [];
  /** Whether targets come back with their tags. */
  returnsTags = true;
  /** How many CLBs the account may have. */
  mostBalancers = Infinity;
  /** Whether a CLB can be used as soon as it is made. */
  makesAtOnce = true;
  /** Health of a target that was just registered. */
  firstHealth: Health = 'Unknown';
  /** What the account may have, and is told when it asks. */
  quota: Quota = unknownQuota;
  /** Whether a write that is done is not confirmed, because its answer is lost. */
  loseAnswer: (action: Action) => boolean = () => false;
  /** Thrown instead of doing the action. */
  fail: (action: Action, id: string) => Error | undefined = () => undefined;
  /** Why the CLB does not take these targets. */
  refuse: (target: TargetRef) => string | undefined = () => undefined;
  /** Why the CLB does not make this listener; it refuses a whole call for it, as the API does. */
  refuseListener: (step: StepOf<'create-listener'>) => CloudError | undefined = () => undefined;
  /** Why the CLB does not make this rule; it refuses a whole call for it, as the API does. */
  refuseRule: (step: StepOf<'create-rule'>) => CloudError | undefined = () => undefined;
  /** Runs before each action is done, so that a test can let the world change in between. */
  before: (action: Action, id: string) => Promise<void> | void = () => undefined;

  addLoadBalancer(id: string, overrides: Partial<LoadBalancerAnswer> = {}): FakeLoadBalancer {
    const usual = {
      id,
      vips: ['192.0.2.1'],
      domain: undefined,
      vpcId: 'vpc-1',
      targetFamily: 'IPv4' as const,
      usable: true,
      tags: {},
      isInternal: false,
      hasSnatPro: false,
      settings: { name: id },
    };
    const balancer = new FakeLoadBalancer({ ...usual, ...overrides });
    this.balancers.set(id, balancer);
    return balancer;
  }

  addListener(id: string, listener: GivenListener): void {
    this.balancers.get(id)?.listeners.set(listener.id, { settings: {}, rules: [], ...listener });
  }

  addTarget(id: string, target: TargetAnswer, health: Health = 'Alive'): void {
    this.balancers.get(id)?.targets.set(targetKey(target), { ...target, health });
  }

  /** Sets the health of every target that the test means. */
  setHealth(health: Health, means: (target: FakeTarget) => boolean = () => true): void {
    for (const { targets } of this.balancers.values()) {
      for (const [key, target] of targets) if (means(target)) targets.set(key, { ...target, health });
    }
  }

  listenersOf(id: string): readonly ListenerAnswer[] {
    return [...(this.balancers.get(id)?.listeners.values() ?? [])];
  }

  /** "listener port/ip:port" -> weight; "listener port domain/url/ip:port" for a target of a rule. */
  picture(id: string): Readonly<Record<string, number>> {
    const balancer = this.at(id);
    const lines = [...balancer.targets.values()].map((target) => [balancer.lineOf(target), target.weight] as const);
    return Object.fromEntries(lines.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  #has(securityGroup: string): boolean {
    const all = [...this.balancers.values()].map(({ about }) => about.settings.securityGroups ?? []);
    return all.some((ids) => ids.includes(securityGroup));
  }

  #shows(certificateId: string): boolean {
    const listeners = [...this.balancers.values()].flatMap((one) => [...one.listeners.values()]);
    const shown = listeners.flatMap(({ settings, rules }) => [settings, ...rules.map((rule) => rule.settings)]);
    return shown.some(({ certificates }) => certificates?.ids.includes(certificateId) === true);
  }

  protected at(id: string): FakeLoadBalancer {
    const balancer = this.balancers.get(id);
    if (balancer === undefined) throw gone('InvalidParameter.LBIdNotFound', `the test has no CLB ${id}`);
    return balancer;
  }

  protected async enter(action: Action, id: string, signal: AbortSignal): Promise<void> {
    await this.before(action, id);
    await this.answerTo(action, id, signal);
  }

  protected async answerTo(action: Action, id: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const error = this.fail(action, id);
    return error === undefined ? Promise.resolve() : Promise.reject(error);
  }

  protected wrote(action: Action, id: string, keys: readonly string[]): void {
    if (keys.length > 0) this.writes.push({ action, id, keys });
    if (this.loseAnswer(action)) throw apiError('transient', 'Timeout', 'the answer was lost');
  }
}
