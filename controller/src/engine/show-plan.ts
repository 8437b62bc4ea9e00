import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { about, balancerFindings } from '../core/findings/balancer-findings.ts';
import { handChangeFindings } from '../core/findings/hand-change-findings.ts';
import { progressOf } from '../core/model/balancer-state.ts';
import { judgedAsBefore } from '../core/plan/gated-owners.ts';
import { isEmpty, type Plan } from '../core/plan/plan.ts';
import type { HandChange } from '../core/plan/hand-change.ts';
import type { Scope } from '../core/plan/scope.ts';
import { stateFromPlan } from '../core/plan/state-from-plan.ts';
import { report, type BalancerContext } from './balancer-context.ts';
import type { PodsOf } from '../core/findings/no-pod-fits.ts';
import { memoryAfterPlan } from '../core/plan/memory-after.ts';
import { targetRules } from './facts.ts';
import type { Observation } from './observe.ts';

export interface Judged {
  readonly scope: Scope;
  readonly plan: Plan;
  readonly seen: Observation;
  /** Whether this was seen just now; else it is what is known. */
  readonly isSeen: boolean;
  readonly podsOf: PodsOf;
  readonly changes: readonly HandChange[];
}

/**
 * Sets the observed state, reports what people should know, and triggers the other loops. A change that failed is
 * still what stands in the way until it has been made, or is not needed any more.
 */
export function showPlan(
  id: string,
  { scope, plan, seen, isSeen, podsOf, changes }: Judged,
  loop: BalancerContext,
): void {
  const { gate, vpcId } = loop;
  const before = loop.state.of(id);
  const memory = memoryAfterPlan(seen, plan, { before, isSeen, nowMs: loop.nowMs() });
  const trouble = isEmpty(plan) || before?.phase !== 'seen' ? undefined : before.trouble;
  const state = { ...stateFromPlan(seen.observed, plan, memory), trouble, crowded: scope.crowded };
  loop.state.set(state, memory);
  const missing = memory.missingListeners;
  const { observed } = seen;
  const rules = targetRules(observed, loop.cluster);
  report(balancerFindings({ scope, observed, plan, missing, podsOf, rules, gate, vpcId }), loop);
  report(handChangeFindings(changes, { scope, balancerId: id, podsAt: (ip) => loop.cluster.podsAt(ip) }), loop);
  if (before?.trouble !== undefined && trouble === undefined) report(about(scope.owners, recovered(id)), loop);
  loop.onObserved(scope, judgedAsBefore(scope, state, before));
  if (progressOf(before) !== progressOf(state)) loop.onProgress(id);
}

function recovered(id: string): Finding {
  return { severity: 'Normal', reason: 'LoadBalancerRecovered', message: `${id} can be read and changed again.` };
}
