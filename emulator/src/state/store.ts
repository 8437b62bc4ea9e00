import type {
  Certificate,
  Health,
  HealthCheck,
  Listener,
  ListenerSettings,
  LoadBalancer,
  LoadBalancerSettings,
  Rule,
  RuleSettings,
  Target,
} from './model.ts';
import type { SecurityGroupFacts, SecurityGroups, SecurityRule } from './security-groups.ts';
import { listenerOrRule, type BoundTarget, type Place, type RulePlace } from './place.ts';

/** A change of the state. The other parts of the emulator act on these and on nothing else. */
export type Change =
  | { kind: 'bound' | 'unbound'; at: BoundTarget }
  | { kind: 'health'; at: BoundTarget; from: Health }
  | { kind: 'weight'; at: BoundTarget; from: number }
  /** A listener or rule came, went or has other settings. */
  | { kind: 'listener'; loadBalancer: LoadBalancer; listener: Listener }
  | { kind: 'rule'; loadBalancer: LoadBalancer; listener: Listener; rule: Rule }
  /** Checking restarts: its targets are Unknown again. */
  | { kind: 'health-check'; of: Place }
  | { kind: 'load-balancer'; loadBalancer: LoadBalancer };

/** What a CreateLoadBalancer made, and under which request its task is known. */
export interface Order {
  readonly requestId: string;
  readonly ids: readonly string[];
}

/** All data of the cloud. Every change is made here, and watchers are called with it at once. */
export interface Store {
  readonly loadBalancers: ReadonlyMap<string, LoadBalancer>;
  /** What CreateLoadBalancer made, by ClientToken. */
  readonly orders: Map<string, Order>;
  /** When load balancers were deleted, for the limit on that. */
  readonly deletions: { region: string; atMs: number }[];
  /** Certificates by id, as the SSL certificate service would have them. */
  readonly certificates: Map<string, Certificate>;
  /** What is known of security groups; undefined rules forget a group. */
  readonly securityGroups: SecurityGroups;
  setSecurityGroup(id: string, rules: readonly SecurityRule[] | undefined): void;
  /** Of those that the VPC API made. */
  readonly madeSecurityGroups: Map<string, SecurityGroupFacts>;
  /** Calls the watcher with each change from now on; the returned function ends that. */
  watch(watcher: (change: Change) => void): () => void;
  putLoadBalancer(loadBalancer: LoadBalancer): void;
  changeLoadBalancer(loadBalancer: LoadBalancer, change: Partial<LoadBalancerSettings>): void;
  removeLoadBalancer(loadBalancer: LoadBalancer): void;
  addListener(loadBalancer: LoadBalancer, listener: Listener): void;
  changeListener(loadBalancer: LoadBalancer, listener: Listener, change: Partial<ListenerSettings>): void;
  removeListener(loadBalancer: LoadBalancer, listener: Listener): void;
  addRule(loadBalancer: LoadBalancer, listener: Listener, rule: Rule): void;
  changeRule(of: RulePlace, change: Partial<RuleSettings>): void;
  removeRule(of: RulePlace): void;
  changeHealthCheck(of: Place, healthCheck: HealthCheck): void;
  bind(at: BoundTarget): void;
  unbind(at: BoundTarget): void;
  setWeight(at: BoundTarget, weight: number): void;
  setTag(at: BoundTarget, tag: string | null): void;
  setHealth(at: BoundTarget, health: Health): void;
}

/** Finds a target of a place by its address. */
export function findTarget(place: Place, ip: string, port: number): Target | undefined {
  return listenerOrRule(place).targets.find((target) => target.ip === ip && target.port === port);
}

function drop<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}

type Notify = (change: Change) => void;

function balancerChanges(loadBalancers: Map<string, LoadBalancer>, notify: Notify, store: () => Store) {
  return {
    putLoadBalancer(loadBalancer) {
      loadBalancers.set(loadBalancer.id, loadBalancer);
      notify({ kind: 'load-balancer', loadBalancer });
    },
    changeLoadBalancer(loadBalancer, change) {
      Object.assign(loadBalancer, change);
      notify({ kind: 'load-balancer', loadBalancer });
    },
    removeLoadBalancer(loadBalancer) {
      [...loadBalancer.listeners].forEach((listener) => store().removeListener(loadBalancer, listener));
      loadBalancers.delete(loadBalancer.id);
      notify({ kind: 'load-balancer', loadBalancer });
    },
  } satisfies Partial<Store>;
}

function listenerChanges(notify: Notify, store: () => Store) {
  return {
    addListener(loadBalancer, listener) {
      loadBalancer.listeners.push(listener);
      notify({ kind: 'listener', loadBalancer, listener });
    },
    changeListener(loadBalancer, listener, change) {
      Object.assign(listener, change);
      notify({ kind: 'listener', loadBalancer, listener });
    },
    removeListener(loadBalancer, listener) {
      [...listener.rules].forEach((rule) => store().removeRule({ loadBalancer, listener, rule }));
      [...listener.targets].forEach((target) => store().unbind({ loadBalancer, listener, target }));
      drop(loadBalancer.listeners, listener);
      notify({ kind: 'listener', loadBalancer, listener });
    },
    addRule(loadBalancer, listener, rule) {
      listener.rules.push(rule);
      notify({ kind: 'rule', loadBalancer, listener, rule });
    },
    changeRule(of, change) {
      Object.assign(of.rule, change);
      notify({ kind: 'rule', ...of });
    },
    removeRule(of) {
      [...of.rule.targets].forEach((target) => store().unbind({ ...of, target }));
      drop(of.listener.rules, of.rule);
      notify({ kind: 'rule', ...of });
    },
    changeHealthCheck(of, healthCheck) {
      const changed = listenerOrRule(of);
      changed.healthCheck = healthCheck;
      changed.targets.forEach((target) => store().setHealth({ ...of, target }, 'Unknown'));
      notify({ kind: 'health-check', of });
    },
  } satisfies Partial<Store>;
}

function targetChanges(notify: Notify) {
  return {
    bind(at) {
      listenerOrRule(at).targets.push(at.target);
      notify({ kind: 'bound', at });
    },
    unbind(at) {
      drop(listenerOrRule(at).targets, at.target);
      notify({ kind: 'unbound', at });
    },
    setWeight(at, weight) {
      const from = at.target.weight;
      if (from === weight) return;
      at.target.weight = weight;
      notify({ kind: 'weight', at, from });
    },
    setTag(at, tag) {
      at.target.tag = tag;
    },
    setHealth(at, health) {
      const from = at.target.health;
      if (from === health) return;
      at.target.health = health;
      notify({ kind: 'health', at, from });
    },
  } satisfies Partial<Store>;
}

/** A change of a group is one of every load balancer that has it. */
function groupChanges(loadBalancers: ReadonlyMap<string, LoadBalancer>, notify: Notify) {
  const securityGroups = new Map<string, readonly SecurityRule[]>();
  const madeSecurityGroups = new Map<string, SecurityGroupFacts>();
  return {
    securityGroups,
    madeSecurityGroups,
    setSecurityGroup(id, rules) {
      if (rules) securityGroups.set(id, rules);
      else securityGroups.delete(id);
      const made = madeSecurityGroups.get(id);
      if (made && rules) madeSecurityGroups.set(id, { ...made, version: made.version + 1 });
      else madeSecurityGroups.delete(id);
      const affected = [...loadBalancers.values()].filter(({ secureGroups }) => secureGroups.includes(id));
      affected.forEach((loadBalancer) => notify({ kind: 'load-balancer', loadBalancer }));
    },
  } satisfies Partial<Store>;
}

/** Makes an empty cloud. */
export function createStore(): Store {
  const loadBalancers = new Map<string, LoadBalancer>();
  const watchers = new Set<(change: Change) => void>();
  const notify = (change: Change) => watchers.forEach((watcher) => watcher(change));
  const store: Store = {
    loadBalancers,
    orders: new Map(),
    deletions: [],
    certificates: new Map(),
    watch(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    ...balancerChanges(loadBalancers, notify, () => store),
    ...listenerChanges(notify, () => store),
    ...targetChanges(notify),
    ...groupChanges(loadBalancers, notify),
  };
  return store;
}
