import type { BalancerRule } from '@clb-direct/shared/domain/balancer-rules.ts';
import type { HeldPlace } from './held-places.ts';

/** What an administrator says about who may have which places. */
export interface PlaceRules {
  readonly rules: readonly BalancerRule[];
  /** How long a place that its owner has left is kept for the owner's namespace. */
  readonly reservationMs: number;
  /** Owners of several namespaces may have rules of one host; otherwise it is the namespace's that was there first. */
  readonly sharesHosts?: boolean;
}

/** Who may have new places on the CLB at hand. */
export interface PlacePolicy extends PlaceRules {
  /** heldPlaces */
  readonly held: readonly HeldPlace[];
  /** Namespace of the object for which the CLB was made: by our record, or by the tags of TKE's controller. */
  readonly madeFor?: string | undefined;
}
