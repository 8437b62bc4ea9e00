import type { BalancerRef } from '../model/balancer-ref.ts';
import type { Backends, Departure } from '../model/backend.ts';
import type { Binding } from '../model/binding.ts';
import type { BoundTarget, ObservedLoadBalancer } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { Quota } from '../model/quota.ts';
import type { Memory } from './memory.ts';
import type { PlacePolicy } from './place-rules.ts';
import type { RemovalLimits } from './removals.ts';

/** An owner that wants places on the CLB at hand. */
export interface Claim {
  readonly owner: OwnerView;
  /** Its bindings on this CLB. */
  readonly bindings: readonly Binding[];
}

/** How an owner that wants nothing here any more leaves: at once, not yet, or by a drain. keep: what it has stays. */
export type Release = 'now' | 'hold' | 'drain' | 'keep';

/** Everything that a decision about one CLB needs. */
export interface Facts {
  /** By a clock that never jumps; it says nothing of the time of day. */
  readonly nowMs: number;
  readonly clusterId: string;
  /** TKE's own service controller runs. */
  readonly tkePresent: boolean;
  readonly ref: BalancerRef;
  readonly claims: readonly Claim[];
  /** Claims that count once their owners are recorded; the policy judges them before that. */
  readonly pending: readonly Claim[];
  /** By bindingKey: what is not among the claims because Exact paths of others come first. */
  readonly givenWay?: ReadonlySet<string>;
  /** By bindingKey: claims, also pending ones, that the policy does not deny; undefined: not judged yet. */
  readonly admitted?: ReadonlySet<string>;
  /** Every owner that has to do with the CLB. */
  readonly owners: readonly OwnerView[];
  /** By UID of the owner whose places here must go. */
  readonly releases: ReadonlyMap<string, Release>;
  /** Undefined: the CLB of these owners is not made yet. */
  readonly observed: ObservedLoadBalancer | undefined;
  readonly memory: Memory;
  backendsOf(binding: Binding): Backends;
  /** Why a target that no binding wants is there; `backendId`: whom it was registered for, if that is known. */
  departureOf(target: BoundTarget, backendId: string | undefined): Departure;
  /** By UID of the owner: the longest drain that its bindings ask for, on this CLB or another. */
  readonly drainMs: ReadonlyMap<string, number>;
  readonly limits: RemovalLimits;
  readonly policy: PlacePolicy;
  readonly quota: Quota;
}
