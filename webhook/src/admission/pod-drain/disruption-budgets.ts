import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { selects } from './label-selector.ts';

/** What the PodDisruptionBudgets of a namespace say of an eviction. */
export type Disruption =
  | { readonly kind: 'free' | 'refused' }
  | {
      readonly kind: 'bounded';
      /** So many more pods may go now. */
      readonly allowed: number;
      /** Of the budget: which pods count. */
      readonly selector: RawObject;
    };

/** How the API server will judge the eviction of the pod: it refuses a pod of several budgets in any case. */
export function judgeDisruption(pod: RawObject, budgets: unknown): Disruption {
  const matching = asList(budgets)
    .map(asObject)
    .map((budget) => ({ selector: selectorOf(budget), allowed: allowedBy(budget) }))
    .filter(({ selector }) => selects(selector, pod));
  const [one] = matching;
  if (one?.selector === undefined) return { kind: 'free' };
  if (matching.length > 1 || one.allowed === 0) return { kind: 'refused' };
  return { kind: 'bounded', allowed: one.allowed, selector: one.selector };
}

export function selectorOf(budget: RawObject | undefined): RawObject | undefined {
  return asObject(own(asObject(own(budget, 'spec')), 'selector'));
}

/** 0 also while the budget was not counted yet, or not since it was changed. */
function allowedBy(budget: RawObject | undefined): number {
  const status = asObject(own(budget, 'status'));
  const [allowed, observed] = [own(status, 'disruptionsAllowed'), own(status, 'observedGeneration')];
  const generation = own(asObject(own(budget, 'metadata')), 'generation');
  if (typeof allowed !== 'number' || Number(observed ?? 0) < Number(generation ?? 0)) return 0;
  return Math.max(0, allowed);
}
