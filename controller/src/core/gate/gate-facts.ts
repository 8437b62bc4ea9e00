import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { ReachRules } from '@clb-direct/shared/domain/reach.ts';
import type { PodBinding } from '../model/binding.ts';
import type { BalancerState } from '../model/balancer-state.ts';
import type { Owner } from '../model/owner.ts';
import type { GateWait } from '../model/gate-wait.ts';
import type { PodView } from '../model/pod-view.ts';
import type { KeptPlace } from './kept-place.ts';

/** Why an owner that asks for the pod has no binding for it. */
export interface Unbound {
  readonly owner: Owner;
  /** undefined: it simply asks for nothing. */
  readonly finding: Pick<Finding, 'message'> | undefined;
}

/** What a pod's gate depends on. */
export interface GateFacts {
  /** By the API server's clock, as the pod's creation time is. */
  readonly nowMs: number;
  readonly pod: PodView;
  readonly bindings: readonly PodBinding[];
  /** Of owners that moved, on the CLBs that they have left. */
  readonly kept?: readonly KeptPlace[];
  /** By the UIDs of owners that say something of it. */
  readonly waits: ReadonlyMap<string, GateWait>;
  /** Of owners that select the pod: those that cannot be read at all, and what of others serves nobody. */
  readonly unbound: readonly Unbound[];
  /** Owners that select the pod and are skipped: nothing makes the pod a target for them. */
  readonly skipped: readonly Owner[];
  /**
   * A Service that was left to TKE's own controller selects the pod: without a binding of ours the gate is TKE's to
   * open.
   */
  readonly leftToTke: boolean;
  stateOf(balancerId: string): BalancerState | undefined;
  readonly reach: ReachRules;
  readonly policy: GatePolicy;
}

export interface GatePolicy {
  readonly gateType: string;
  /**
   * A pod that no binding selects stays closed until it is this old and its containers are ready: people apply the
   * Deployment before the Service.
   */
  readonly settleMs: number;
  /** What to do with a gate that waits too long. */
  readonly onWaitLimit: 'hold' | 'open';
  readonly waitLimitMs: number;
  /** A gate that has waited this long since its containers are ready is worth an event. */
  readonly tellAfterMs: number;
}
