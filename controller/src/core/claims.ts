import { readBindings } from './binding.ts';
import type { Claim } from './match-listeners.ts';
import { ownershipOf } from './ownership.ts';
import type { Facts } from './plan.ts';
import { bindingKey, type Sight } from './sight.ts';
import { isServing } from './target.ts';
import type { ServiceView } from './views.ts';

export interface Scope {
  readonly claims: readonly Claim[];
  readonly releases: Facts['releases'];
  /** Every Service that has to do with the CLB. */
  readonly services: readonly ServiceView[];
}

/** Who wants what of one CLB. A Service counts only once its finalizer and record stand, so that nothing is ever left behind. */
export function scopeOf(
  loadBalancerId: string,
  services: readonly ServiceView[],
  tkePresent: boolean,
  sightOf: (id: string) => Sight | undefined,
): Scope {
  const recorded = services.filter((service) => service.recordedLoadBalancers.includes(loadBalancerId));
  const isClaim = (service: ServiceView) => service.hasFinalizer && namedBy(service, tkePresent) === loadBalancerId;
  const leaving = recorded.filter((service) => namedBy(service, tkePresent) !== loadBalancerId);
  return {
    claims: recorded.filter(isClaim).map((service) => ({ service, bindings: readBindings(service).bindings })),
    releases: new Map(leaving.map((service) => [service.uid, releaseOf(service, tkePresent, sightOf)])),
    services: recorded,
  };
}

/** The CLB that a Service of ours names now; undefined when it is going, is not ours, or cannot be read. */
export function namedBy(service: ServiceView, tkePresent: boolean): string | undefined {
  if (service.ending || ownershipOf(service, tkePresent) !== 'ours') return undefined;
  return readBindings(service).bindings[0]?.loadBalancerId;
}

/** A Service that moved to another CLB lets go of the old one only when the new one carries its traffic. */
function releaseOf(
  service: ServiceView,
  tkePresent: boolean,
  sightOf: (id: string) => Sight | undefined,
): 'now' | 'hold' | 'drain' {
  if (service.ending || ownershipOf(service, tkePresent) !== 'ours') return 'now';
  const { bindings } = readBindings(service);
  const carried = bindings.every((binding) => isCarried(bindingKey(binding), sightOf(binding.loadBalancerId)));
  return bindings.length > 0 && carried ? 'drain' : 'hold';
}

function isCarried(key: string, sight: Sight | undefined): boolean {
  const listenerId = sight?.listenerIds.get(key);
  if (sight === undefined || listenerId === undefined) return false;
  const wanted = [...sight.wanted].filter((target) => target.startsWith(`${listenerId}/`));
  return wanted.length === 0 || wanted.some((target) => isServing(sight.targets.get(target)?.health));
}
