import type { FailedChange } from '../core/findings/change-trouble.ts';
import { stepKey, type Step } from '../core/model/step.ts';
import type { RefusedStep } from '../core/plan/memory.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { Scope } from '../core/plan/scope.ts';
import type { Applied } from './apply.ts';

/** One run of the balancer loop that changed something. */
export interface Run {
  readonly scope: Scope;
  readonly plan: Plan;
  readonly applied: Applied;
}

/** What was not done, and for whom. A refused place is an obstacle of its owners and not among it. */
export function failedChanges({ scope, plan, applied }: Run): readonly FailedChange[] {
  const { refused, failures } = applied;
  const others = refused.filter(({ step }) => step.kind !== 'create-listener' && step.kind !== 'create-rule');
  const byError = Map.groupBy(others, ({ error }) => error);
  return [
    ...failures.map((error) => ({ error, namespaces: namespacesOf(undoneSteps(plan, applied), scope) })),
    ...[...byError].map(([error, some]) => ({ error, namespaces: namespacesOf(some.map(stepOf), scope) })),
  ];
}

function stepOf({ step }: RefusedStep): Step {
  return step;
}

/** Which of them a failure is about is not known. */
function undoneSteps({ steps }: Plan, { done, refused, postponed }: Applied): readonly Step[] {
  const settled = new Set([...done, ...postponed, ...refused.map(stepOf)].map(stepKey));
  return steps.filter((step) => !settled.has(stepKey(step)));
}

/** Those of the owners that the steps are for; all on the CLB when one of them is not known. */
function namespacesOf(steps: readonly Step[], { owners }: Scope): ReadonlySet<string> {
  const uids = new Set(steps.flatMap((step) => step.owners));
  const known = owners.filter(({ uid }) => uids.has(uid));
  const concerned = uids.size > 0 && known.length === uids.size ? known : owners;
  return new Set(concerned.map(({ namespace }) => namespace));
}
