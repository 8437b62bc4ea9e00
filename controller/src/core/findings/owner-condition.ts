import type { Finding, FindingReason } from '@clb-direct/shared/domain/finding.ts';
import type { ReachRules } from '@clb-direct/shared/domain/reach.ts';
import { longestMessage, longestPlan, safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { obstacleTo, serves, type BalancerState } from '../model/balancer-state.ts';
import { describeBinding, type Binding } from '../model/binding.ts';
import { troubleFor } from '../model/cloud-trouble.ts';
import { sameCondition, type OwnerCondition } from '../model/owner-condition.ts';
import { isSkipped, ownershipOf, type OwnerView } from '../model/owner-view.ts';
import { noPodFits, type PodsOf } from './no-pod-fits.ts';
import { skipped } from './skipped.ts';

export interface ConditionFacts {
  readonly owner: OwnerView;
  readonly tkePresent: boolean;
  readonly stateOf: (binding: Binding) => BalancerState | undefined;
  readonly podsOf: PodsOf;
  readonly reach: ReachRules;
}

/** leave: what is written is right, or nothing better is known. */
export type ConditionVerdict = OwnerCondition | 'remove' | 'leave';

/** What the status of an owner says: whether each of its places serves, else the first reason why not. */
export function judgeCondition(facts: ConditionFacts): ConditionVerdict {
  const { owner, tkePresent } = facts;
  if (owner.showsCondition === false || ownershipOf(owner, tkePresent) !== 'ours') {
    return owner.condition === undefined ? 'leave' : 'remove';
  }
  if (owner.ending) return 'leave';
  const condition = currentCondition(facts);
  return condition === undefined || sameCondition(condition, owner.condition) ? 'leave' : condition;
}

function currentCondition(facts: ConditionFacts): OwnerCondition | undefined {
  const { bindings, findings, markFindings } = facts.owner;
  if (isSkipped(facts.owner, facts.tkePresent)) return conditionFrom('Unknown', skipped(facts.owner));
  const mistake = [...markFindings, ...findings].find(({ severity }) => severity === 'Warning');
  if (mistake !== undefined) return conditionFrom('False', mistake);
  const standings = bindings.map((binding) => standingOf(binding, facts));
  const conditions = standings.filter((standing) => typeof standing === 'object');
  const problem = conditions.find(({ status }) => status === 'False') ?? conditions[0];
  if (problem !== undefined) return problem;
  return standings.length === 0 || standings.includes('unknown') ? undefined : allServed;
}

/** How one binding stands; unknown: nothing that should change what is written. */
type Standing = OwnerCondition | 'served' | 'unknown';

function standingOf(binding: Binding, facts: ConditionFacts): Standing {
  const state = facts.stateOf(binding);
  const trouble = lastingTrouble(state, facts.owner);
  if (state?.phase === 'seen') return standingAsSeen(binding, { state, trouble }, facts);
  if (trouble === undefined) return 'unknown';
  return conditionFrom(state?.phase === 'absent' ? 'False' : 'Unknown', trouble);
}

function standingAsSeen(
  binding: Binding,
  { state, trouble }: { readonly state: BalancerState; readonly trouble: Finding | undefined },
  { podsOf, reach }: ConditionFacts,
): Standing {
  // What was seen then may be long past.
  if (trouble?.reason === 'CredentialsRefused') return conditionFrom('Unknown', trouble);
  const obstacle = obstacleTo(state, binding);
  if (obstacle !== undefined) return conditionFrom('False', obstacle);
  if (serves(state, binding)) return 'served';
  const rules = { family: state.observed?.targetFamily, reach };
  return conditionFrom('False', trouble ?? noPodFits([binding], podsOf, rules) ?? notServed(binding));
}

/** They come and go with single calls. Written each time, they would cost a write per owner just when APIs are slow. */
const passing: ReadonlySet<FindingReason> = new Set(['CloudThrottled', 'CloudUnavailable', 'LoadBalancerBusy']);

/** Trouble that says more than what is written: any where nothing is written yet, else such as does not pass. */
function lastingTrouble(state: BalancerState | undefined, owner: OwnerView): Finding | undefined {
  if (state?.trouble === undefined) return undefined;
  const trouble = troubleFor(state.trouble, owner.namespace);
  return passing.has(trouble.reason) && owner.condition !== undefined ? undefined : trouble;
}

/** Without counts, names of pods or times: each change of the text would be a write. */
function notServed(binding: Binding): Finding {
  const where = describeBinding(binding);
  const message =
    `${where} has no target that passes the CLB's health check. ` +
    'The events of this object, and the gates and events of its pods, say why.';
  return { severity: 'Warning', reason: 'LoadBalancerNotReady', message };
}

const allServed = conditionFrom('True', {
  severity: 'Normal',
  reason: 'LoadBalancerEnsured',
  message: "Each port has its place on the CLB and a target that passes the CLB's health check.",
});

/** It is cut here, so that what is compared is what is written. */
function conditionFrom(status: OwnerCondition['status'], { reason, message }: Finding): OwnerCondition {
  const longest = reason === 'AdoptionPlanned' ? longestPlan : longestMessage;
  return { status, reason, message: safeText(message, longest) };
}
