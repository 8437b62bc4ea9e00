import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { ObservedLoadBalancer } from '../model/observed.ts';
import type { Owner } from '../model/owner.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { TargetRules } from '../model/pod-target.ts';
import type { MissingListeners } from '../plan/missing-listeners.ts';
import type { Plan } from '../plan/plan.ts';
import type { Scope } from '../plan/scope.ts';
import type { PodsOf } from './no-pod-fits.ts';
import type { GateNames } from './targets-without-gate.ts';

/** A finding, and whom it is about. */
export interface OwnerFinding {
  readonly owner: Owner & Pick<OwnerView, 'isGone'>;
  readonly finding: Finding;
}

/** What was judged of one CLB, and what it was judged from. */
export interface Judged {
  readonly scope: Scope;
  readonly observed: ObservedLoadBalancer;
  readonly plan: Plan;
  readonly missing: MissingListeners;
  readonly podsOf: PodsOf;
  readonly rules: TargetRules;
  readonly gate: GateNames;
  /** The cluster's. */
  readonly vpcId: string;
}
