import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { OwnerFinding } from '../core/findings/judged.ts';
import type { AbsenceLimits } from '../core/model/absence.ts';
import type { GateNames } from '../core/findings/targets-without-gate.ts';
import type { ClbPort } from '../core/model/clb-port.ts';
import { troubleFor, type Trouble } from '../core/model/cloud-trouble.ts';
import type { ClusterClock, ClusterView, Reporter } from '../core/model/cluster-port.ts';
import { isHeld } from '../core/model/record.ts';
import type { HandChange } from '../core/plan/hand-change.ts';
import type { PlaceRules } from '../core/plan/place-rules.ts';
import { scopeOf, type Scope } from '../core/plan/scope.ts';
import type { AccountQuota } from './account-quota.ts';
import type { Attempts } from './attempts.ts';
import type { Limits } from './facts.ts';
import type { HeldBalancers } from './held-balancers.ts';
import type { LookCuts } from './look-cuts.ts';
import type { LookNeeds } from './look-needs.ts';
import type { LookPauses } from './look-pauses.ts';
import type { ObservedState } from './observed-state.ts';
import type { RecentOpenings } from './recent-openings.ts';

/** What the balancer loop works with. */
export interface BalancerLoopOptions {
  readonly clb: ClbPort;
  readonly cluster: ClusterView;
  readonly state: ObservedState;
  readonly reporter: Reporter;
  readonly log: Log;
  readonly clusterId: string;
  /** The cluster's. */
  readonly vpcId: string;
  readonly gate: GateNames;
  readonly region: string;
  readonly limits: Limits;
  readonly placeRules: PlaceRules;
  readonly quota: AccountQuota;
  /** After a change: look again this soon, to see that it took effect. */
  readonly confirmMs: number;
  /** Between two registrations on one CLB: those that come meanwhile go together. */
  readonly paceMs: number;
  /** Gates that were opened a moment ago. */
  readonly openings: Pick<RecentOpenings, 'waitMs' | 'answered'>;
  /** While a port is held by others: look again this often. */
  readonly conflictRecheckMs: number;
  /** CLBs that are absent or refused. */
  readonly pauses: LookPauses;
  /** How long a CLB must not be found before it counts as deleted. */
  readonly absenceLimits: AbsenceLimits;
  /** CLBs that need a whole look; others are planned from what is known. */
  readonly looks: LookNeeds;
  readonly hasEnded: (uid: string) => boolean;
  /** The observed state of this CLB is new to the other loops. */
  readonly onObserved: (scope: Scope, same?: ReadonlySet<string>) => void;
  /** A change of another writer was undone. */
  readonly onUndone: (what: HandChange['what']) => void;
  /** What other CLBs may wait for has changed on this one. */
  readonly onProgress: (id: string) => void;
  /** By a clock that never jumps. */
  readonly nowMs: () => number;
  /** The records' clock. */
  readonly clock: Pick<ClusterClock, 'nowMs'>;
}

/** The options, and what the loop remembers from run to run. */
export interface BalancerContext extends BalancerLoopOptions {
  readonly attempts: Attempts;
  readonly held: HeldBalancers;
  readonly cuts: LookCuts;
}

export function scopeNow(id: string, { cluster, state }: Pick<BalancerContext, 'cluster' | 'state'>): Scope {
  return scopeOf(id, cluster.ownersOn(id), cluster.tkePresent(), (other) => state.of(other));
}

/** Something may stand there, by its record. */
export function isRecordedOn(id: string, { cluster }: Pick<BalancerContext, 'cluster'>): boolean {
  return cluster.recordOf(id)?.owners.some((owner) => isHeld({ owner })) === true;
}

export function report(findings: readonly OwnerFinding[], { reporter }: BalancerContext): void {
  for (const { owner, finding } of findings) if (owner.isGone !== true) reporter.aboutOwner(owner, finding);
}

/** Shows in the state, on the owners and in the gates why nothing moves. What was seen before stays. */
export function showTrouble(id: string, scope: Scope, trouble: Trouble, loop: BalancerContext): void {
  loop.state.setTrouble(id, trouble);
  report(
    scope.owners.map((owner) => ({ owner, finding: troubleFor(trouble, owner.namespace) })),
    loop,
  );
  loop.onObserved(scope);
}
