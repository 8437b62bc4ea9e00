import type { Ownership } from './ownership.ts';
import type { ServiceView } from './views.ts';

/** What the service loop knows about one Service. */
export interface ServiceFacts {
  readonly service: ServiceView;
  readonly ownership: Ownership;
  /** The CLB that its bindings name; undefined when it has none. */
  readonly wantedLoadBalancer: string | undefined;
  /** Recorded CLBs on which no listener of this Service is left. */
  readonly released: ReadonlySet<string>;
  /** What clients should be told; undefined while it is not known. */
  readonly addresses: readonly string[] | undefined;
}

/** Writes to one Service, as plain data; undefined means nothing to write. */
export interface ServicePlan {
  /** The record of CLBs, written before the first listener is made and shortened after the last one is gone. */
  readonly record: { readonly loadBalancers: readonly string[]; readonly finalizer: boolean } | undefined;
  readonly addresses: readonly string[] | undefined;
}

/**
 * The finalizer and the record stand before any listener does, and go after the last listener: a controller that
 * dies at any point knows after its restart where to clean up.
 */
export function judgeService(facts: ServiceFacts): ServicePlan {
  const { service, wantedLoadBalancer } = facts;
  const wanted = isLiving(facts) && wantedLoadBalancer !== undefined ? [wantedLoadBalancer] : [];
  const kept = service.recordedLoadBalancers.filter((id) => !facts.released.has(id));
  const loadBalancers = [...new Set([...wanted, ...kept])].toSorted();
  // The API server takes no new finalizer on an object that is ending.
  const finalizer = loadBalancers.length > 0 && (service.hasFinalizer || !service.ending);
  const same = finalizer === service.hasFinalizer && sameList(loadBalancers, service.recordedLoadBalancers);
  return { record: same ? undefined : { loadBalancers, finalizer }, addresses: addressesToWrite(facts) };
}

function isLiving({ service, ownership }: ServiceFacts): boolean {
  return ownership === 'ours' && !service.ending;
}

function addressesToWrite(facts: ServiceFacts): readonly string[] | undefined {
  const { service, addresses } = facts;
  const wasOurs = service.hasFinalizer;
  const told = isLiving(facts) ? addresses : wasOurs ? [] : undefined;
  return told === undefined || sameList(told, service.ingress) ? undefined : told;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
