import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { changeTrouble } from '../core/findings/change-trouble.ts';
import { refusedFindings, restoredFindings } from '../core/findings/balancer-findings.ts';
import { cloudTrouble, kindOf, withoutEffect, type Trouble } from '../core/model/cloud-trouble.ts';
import { isKind, isTargetStep } from '../core/model/step.ts';
import type { Memory } from '../core/plan/memory.ts';
import { pauseAfter } from '../core/plan/pauses.ts';
import { pendingOwners } from '../core/plan/gated-owners.ts';
import type { Scope } from '../core/plan/scope.ts';
import { refusalsOf } from '../core/plan/state-from-plan.ts';
import type { Applied } from './apply.ts';
import { report, showTrouble, type BalancerContext } from './balancer-context.ts';
import { failedChanges, type Run } from './failed-changes.ts';

/**
 * A step that failed is tried again after a while, but nothing is thrown: the queue would leave the whole CLB alone for
 * that while, and a pod that begins to end meanwhile, perhaps of another owner, would go on getting connections.
 */
export function conclude(id: string, { scope, plan, applied }: Run, loop: BalancerContext): Outcome {
  const { attempts, state, confirmMs } = loop;
  const { done, refused, failures } = applied;
  const hasFailed = failures.length + refused.length > 0;
  const isVain = !hasFailed && attempts.isRepeated(id, plan.steps);
  const missing = state.memoryOf(id).missingListeners;
  report(restoredFindings(done.filter(isKind('create-listener')), missing, { scope, balancerId: id }), loop);
  showRefused(id, scope, applied, loop);
  const trouble = isVain ? cloudTrouble(withoutEffect(id)) : changeTrouble(id, failedChanges({ scope, plan, applied }));
  setTrouble(id, scope, trouble, loop);
  if (hasFailed || isVain || !done.every(isTargetStep)) loop.looks.need(id);
  if (!hasFailed && !isVain) {
    attempts.confirmed(id, plan.steps);
    return { kind: 'recheck', afterMs: confirmMs };
  }
  return afterFailure(id, { plan, applied, isVain }, loop);
}

function afterFailure(
  id: string,
  { plan, applied, isVain }: Pick<Run, 'plan' | 'applied'> & { readonly isVain: boolean },
  loop: BalancerContext,
): Outcome {
  const { attempts, state, confirmMs } = loop;
  const { done, refused, failures } = applied;
  const error = failedInPart(id, isVain ? [withoutEffect(id)] : [...failures, ...refused.map((one) => one.error)]);
  loop.log.debug({ loadBalancer: id, err: error }, 'a change of the load balancer failed');
  const isProgress = !isVain && attempts.isProgress(id, done);
  // A port has no listener now, and its old one comes back.
  if (isRefusedReplacement(applied, state.memoryOf(id))) return { kind: 'recheck', afterMs: 0 };
  const pauseMs = isProgress ? confirmMs : pauseAfterFailure(id, error, loop);
  // What is due for others is not late for what failed.
  return { kind: 'recheck', afterMs: Math.min(pauseMs, Math.max(confirmMs, plan.dueInMs ?? Infinity)) };
}

function isRefusedReplacement({ refused }: Applied, { replaced }: Pick<Memory, 'replaced'>): boolean {
  return replaced.some(({ refusal }) => refused.some(({ error }) => error === refusal));
}

function pauseAfterFailure(id: string, error: unknown, { attempts, confirmMs }: BalancerContext): number {
  const failed = attempts.failed(id);
  // What was there a moment ago was deleted by hand: the look that shows it must not wait.
  const isNewlyGone = kindOf(error) === 'gone' && failed === 1;
  return isNewlyGone ? confirmMs : pauseAfter(kindOf(error), failed, 1);
}

function setTrouble(id: string, scope: Scope, trouble: Trouble | undefined, loop: BalancerContext): void {
  if (trouble === undefined) loop.state.setTrouble(id, undefined);
  else showTrouble(id, scope, trouble, loop);
}

function failedInPart(id: string, errors: readonly unknown[]): AggregateError {
  return new AggregateError(errors, `changing ${id} failed in part`);
}

function showRefused(id: string, scope: Scope, { refused }: Applied, loop: BalancerContext): void {
  const obstacles = refusalsOf(refused);
  if (obstacles.size === 0) return;
  loop.state.addObstacles(id, obstacles);
  report(refusedFindings(scope, obstacles), loop);
  loop.onObserved(scope, pendingOwners(scope));
}
