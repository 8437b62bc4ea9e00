import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { selects } from './label-selector.ts';
import { isTrue } from './pod-condition.ts';

/** What the PodDisruptionBudgets of a namespace say of an eviction. */
export type Disruption =
  | { readonly kind: 'free' | 'refused' }
  | Exhausted
  | {
      readonly kind: 'bounded';
      /** So many more pods may go now. */
      readonly allowed: number;
      /** Of the budget: which pods count. */
      readonly selector: RawObject;
    };

/** The budget of this name lets no pod go until others are healthy. */
export interface Exhausted {
  readonly kind: 'exhausted';
  readonly budget: string;
}

/** How the API server judges the eviction of the pod (eviction.go): it refuses a pod of several budgets in any case. */
export function judgeDisruption(pod: RawObject, budgets: unknown): Disruption {
  const matching = asList(budgets)
    .map(asObject)
    .filter((budget) => selects(selectorOf(budget), pod));
  const [one] = matching;
  const selector = selectorOf(one);
  if (selector === undefined) return { kind: 'free' };
  if (matching.length > 1) return { kind: 'refused' };
  const isReady = isTrue(pod, 'Ready');
  if (!isReady && sparesUnready(one)) return { kind: 'free' };
  const allowed = allowedBy(one);
  if (allowed > 0) return { kind: 'bounded', allowed, selector };
  const isCertain = allowed === 0 && isReady && own(asObject(own(pod, 'status')), 'phase') === 'Running';
  return isCertain ? { kind: 'exhausted', budget: nameOf(one) } : { kind: 'refused' };
}

function nameOf(budget: RawObject | undefined): string {
  return String(own(asObject(own(budget, 'metadata')), 'name'));
}

/** Its pods that are not ready may go, and count for nothing. */
function sparesUnready(budget: RawObject | undefined): boolean {
  if (own(asObject(own(budget, 'spec')), 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;
  const status = asObject(own(budget, 'status'));
  const [healthy, desired] = [Number(own(status, 'currentHealthy')), Number(own(status, 'desiredHealthy'))];
  return desired > 0 && healthy >= desired;
}

export function selectorOf(budget: RawObject | undefined): RawObject | undefined {
  return asObject(own(asObject(own(budget, 'spec')), 'selector'));
}

/** Less than 0 also while the budget was not counted yet, or not since it was changed. */
function allowedBy(budget: RawObject | undefined): number {
  const status = asObject(own(budget, 'status'));
  const [allowed, observed] = [own(status, 'disruptionsAllowed'), own(status, 'observedGeneration')];
  const generation = own(asObject(own(budget, 'metadata')), 'generation');
  if (typeof allowed !== 'number' || Number(observed ?? 0) < Number(generation ?? 0)) return -1;
  return allowed;
}
