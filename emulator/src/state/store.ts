import type { BoundTarget, Health, Listener, LoadBalancer, Target } from './model.ts';

/** What happened to the state; the other rooms act on these and on nothing else. */
export type Change =
  | { kind: 'bound' | 'unbound'; at: BoundTarget }
  | { kind: 'health'; at: BoundTarget; from: Health }
  | { kind: 'weight'; at: BoundTarget; from: number }
  | { kind: 'listener'; loadBalancer: LoadBalancer; listener: Listener }
  | { kind: 'load-balancer'; loadBalancer: LoadBalancer };

/** The one place where the cloud's data lives; every change goes through here and is told to the watchers at once. */
export interface Store {
  readonly loadBalancers: ReadonlyMap<string, LoadBalancer>;
  /** What CreateLoadBalancer made, by ClientToken. */
  readonly clientTokens: Map<string, string[]>;
  watch(watcher: (change: Change) => void): void;
  putLoadBalancer(loadBalancer: LoadBalancer): void;
  removeLoadBalancer(loadBalancer: LoadBalancer): void;
  addListener(loadBalancer: LoadBalancer, listener: Listener): void;
  removeListener(loadBalancer: LoadBalancer, listener: Listener): void;
  bind(at: BoundTarget): void;
  unbind(at: BoundTarget): void;
  setWeight(at: BoundTarget, weight: number): void;
  setHealth(at: BoundTarget, health: Health): void;
}

/** Finds a target of a listener by its address. */
export function findTarget(listener: Listener, ip: string, port: number): Target | undefined {
  return listener.targets.find((target) => target.ip === ip && target.port === port);
}

function drop<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}

/** Makes an empty cloud. */
export function createStore(): Store {
  const loadBalancers = new Map<string, LoadBalancer>();
  const watchers: ((change: Change) => void)[] = [];
  const tell = (change: Change) => watchers.forEach((watcher) => watcher(change));

  const store: Store = {
    loadBalancers,
    clientTokens: new Map(),
    watch: (watcher) => void watchers.push(watcher),
    putLoadBalancer(loadBalancer) {
      loadBalancers.set(loadBalancer.id, loadBalancer);
      tell({ kind: 'load-balancer', loadBalancer });
    },
    removeLoadBalancer(loadBalancer) {
      [...loadBalancer.listeners].forEach((listener) => store.removeListener(loadBalancer, listener));
      loadBalancers.delete(loadBalancer.id);
      tell({ kind: 'load-balancer', loadBalancer });
    },
    addListener(loadBalancer, listener) {
      loadBalancer.listeners.push(listener);
      tell({ kind: 'listener', loadBalancer, listener });
    },
    removeListener(loadBalancer, listener) {
      [...listener.targets].forEach((target) => store.unbind({ loadBalancer, listener, target }));
      drop(loadBalancer.listeners, listener);
      tell({ kind: 'listener', loadBalancer, listener });
    },
    bind(at) {
      at.listener.targets.push(at.target);
      tell({ kind: 'bound', at });
    },
    unbind(at) {
      drop(at.listener.targets, at.target);
      tell({ kind: 'unbound', at });
    },
    setWeight(at, weight) {
      const from = at.target.weight;
      if (from === weight) return;
      at.target.weight = weight;
      tell({ kind: 'weight', at, from });
    },
    setHealth(at, health) {
      const from = at.target.health;
      if (from === health) return;
      at.target.health = health;
      tell({ kind: 'health', at, from });
    },
  };
  return store;
}
