import type { PodsOf } from '../core/findings/no-pod-fits.ts';
import type { Backends } from '../core/model/backend.ts';
import { existing, type BalancerRef } from '../core/model/balancer-ref.ts';
import { isPodBinding, type Binding, type BindingBackends, type PodSelector } from '../core/model/binding.ts';
import type { ClusterClock, ClusterView } from '../core/model/cluster-port.ts';
import type { ObservedLoadBalancer } from '../core/model/observed.ts';
import type { TargetAddress } from '../core/model/target.ts';
import type { TargetRules } from '../core/model/pod-target.ts';
import type { PodView } from '../core/model/pod-view.ts';
import { admittedIn, withDeniedTaken } from '../core/plan/denied-claims.ts';
import { drainsOf } from '../core/plan/drain-time.ts';
import type { Facts } from '../core/plan/facts.ts';
import { withoutGivenWay } from '../core/plan/give-way.ts';
import { withProbeChecks } from '../core/plan/probe-checks.ts';
import type { PlaceRules } from '../core/plan/place-rules.ts';
import { withRecordedRefusals } from '../core/plan/recorded-refusals.ts';
import { asRecorded } from '../core/plan/recorded.ts';
import type { RemovalLimits } from '../core/plan/removals.ts';
import type { Scope } from '../core/plan/scope.ts';
import { withTargetOwners } from '../core/plan/target-owners.ts';
import { listedDeparture } from '../core/sources/backends/endpoint-backends.ts';
import { podDeparture } from '../core/sources/backends/pod-departure.ts';
import { resolveBackends } from '../core/sources/backends/resolve-backends.ts';
import type { AccountQuota } from './account-quota.ts';
import type { HeldBalancers } from './held-balancers.ts';
import type { Observation } from './observe.ts';

/** How targets carry traffic and leave. */
export interface Limits extends RemovalLimits {
  /** The weight of a target that carries traffic. */
  readonly weight: number;
  /** See `EndpointRules`. */
  readonly endpointNamespaces: readonly string[];
  /** The checks of rules ask what the readiness probes of the pods ask. */
  readonly checksFromProbes?: boolean;
}

interface FactSources {
  readonly cluster: ClusterView;
  readonly clusterId: string;
  readonly limits: Limits;
  readonly placeRules: PlaceRules;
  readonly held: HeldBalancers;
  readonly quota: Pick<AccountQuota, 'now'>;
  readonly hasEnded: (uid: string) => boolean;
  readonly nowMs: () => number;
  readonly clock: Pick<ClusterClock, 'nowMs'>;
}

/** Gathers everything that a plan is judged from. */
export function factsFrom(
  scope: Scope,
  { observed, memory }: Observation,
  podsOf: PodsOf,
  sources: FactSources,
): Facts {
  const { cluster, clusterId, limits, placeRules, held, quota, hasEnded } = sources;
  const nowMs = sources.nowMs();
  const recorded = { nowMs, wallNowMs: sources.clock.nowMs(), record: cluster.recordOf(observed.id) };
  const backendsOf = backendsFrom(observed, podsOf, sources);
  const { claims: made, pending } = scope;
  const standing = withTargetOwners(observed, { clusterId, claims: made, pending, backendsOf });
  const facts = withoutGivenWay({
    nowMs,
    clusterId,
    tkePresent: cluster.tkePresent(),
    ref: refOf(observed.id, cluster),
    claims: scope.claims,
    pending: scope.pending,
    owners: scope.owners,
    releases: scope.releases,
    observed,
    memory: withRecordedRefusals(memory, observed, { record: recorded.record, owners: scope.owners }),
    backendsOf,
    departureOf: ({ ip, instanceId }, id) => {
      if (id === undefined && isNode({ ip, instanceId }, observed, cluster)) return 'unselected';
      if (id !== undefined && scope.owners.some(({ uid }) => uid === id)) return listedDeparture;
      const pod = id === undefined ? undefined : cluster.podWithUid(id);
      return podDeparture({ podUid: id, pod, podsAtAddress: cluster.podsAt(ip), hasEnded });
    },
    drainMs: drainsOf(scope.owners),
    limits,
    quota: quota.now,
    policy: { ...placeRules, held: held.see(standing, scope, recorded), madeFor: madeFor(observed, cluster) },
  });
  const admitted = admittedIn(facts);
  const claims = withDeniedTaken(asRecorded(facts.claims, recorded.record, observed), admitted);
  const probed = limits.checksFromProbes === true ? withProbeChecks(claims, { podsOf, observed }) : claims;
  return { ...facts, admitted, claims: probed };
}

/**
 * A target without a tag, as TKE's controller registers nodes, by their id or their address. Nothing says that it is
 * gone.
 */
function isNode(
  { ip, instanceId }: Pick<TargetAddress, 'ip' | 'instanceId'>,
  { madeByTkeFor }: ObservedLoadBalancer,
  cluster: Pick<ClusterView, 'podsAt'>,
): boolean {
  return instanceId !== undefined || (madeByTkeFor !== undefined && cluster.podsAt(ip).length === 0);
}

/** The backends of bindings on this CLB. One run asks for them many times; those that pods are belong to one owner. */
export function backendsFrom(
  observed: ObservedLoadBalancer,
  podsOf: PodsOf,
  { cluster, limits: { weight, endpointNamespaces } }: Pick<FactSources, 'cluster' | 'limits'>,
): Facts['backendsOf'] {
  const rules = { ...targetRules(observed, cluster), weight, endpointNamespaces };
  const resolve = (binding: Binding) => resolveBackends(binding, { podsOf, podsAt: (ip) => cluster.podsAt(ip) }, rules);
  const found = new Map<BindingBackends, Backends>();
  return (binding) => {
    if (!isPodBinding(binding)) return resolve(binding);
    const backends = found.get(binding.backends) ?? resolve(binding);
    found.set(binding.backends, backends);
    return backends;
  };
}

/** A CLB that was made for an owner is that owner's alone. */
function refOf(id: string, cluster: Pick<ClusterView, 'ownedAt'>): BalancerRef {
  const owned = cluster.ownedAt(id);
  return owned === undefined ? existing(id) : { kind: 'owned', owner: owned.owner, id };
}

/** One that its owner has left stays that of its namespace; one of TKE's controller is that of an object that lives. */
function madeFor(
  { id, madeByTkeFor }: ObservedLoadBalancer,
  cluster: Pick<ClusterView, 'leftBalancers' | 'owners'>,
): string | undefined {
  const left = [...cluster.leftBalancers()].find(({ balancerId }) => balancerId === id);
  if (left !== undefined || madeByTkeFor === undefined) return left?.owner.namespace;
  return [...cluster.owners()].find(({ uid }) => uid === madeByTkeFor)?.namespace;
}

export function targetRules(
  { targetFamily }: ObservedLoadBalancer,
  cluster: Pick<ClusterView, 'reachRules'>,
): TargetRules {
  return { family: targetFamily, reach: cluster.reachRules() };
}

/** The pods that a binding selects. One run asks for them many times, and they do not change under it. */
export function podsBehind(cluster: Pick<ClusterView, 'podsSelectedBy'>): PodsOf {
  const found = new Map<PodSelector, readonly PodView[]>();
  return (binding) => {
    if (!isPodBinding(binding)) return [];
    const { selector } = binding.backends;
    const pods = found.get(selector) ?? cluster.podsSelectedBy(selector);
    found.set(selector, pods);
    return pods;
  };
}
