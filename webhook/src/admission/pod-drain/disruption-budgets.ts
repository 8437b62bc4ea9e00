import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';

/** Whether a PodDisruptionBudget of the pod's namespace allows no disruption now. */
export function isDisruptionRefused(pod: RawObject, budgets: unknown): boolean {
  const labels = asObject(own(asObject(own(pod, 'metadata')), 'labels')) ?? {};
  return asList(budgets)
    .map(asObject)
    .filter((budget) => selects(asObject(own(asObject(own(budget, 'spec')), 'selector')), labels))
    .some((budget) => own(asObject(own(budget, 'status')), 'disruptionsAllowed') === 0);
}

/** A budget without a selector selects nothing, one with an empty selector every pod (policy/v1). */
function selects(selector: RawObject | undefined, labels: RawObject): boolean {
  if (selector === undefined) return false;
  const equal = Object.entries(asObject(own(selector, 'matchLabels')) ?? {});
  const expressions = asList(own(selector, 'matchExpressions')).map(asObject);
  return (
    equal.every(([key, value]) => own(labels, key) === value) && expressions.every((one) => matches(one ?? {}, labels))
  );
}

function matches({ key, operator, values }: RawObject, labels: RawObject): boolean {
  const value = own(labels, String(key));
  const isIn = asList(values).includes(value);
  switch (operator) {
    case 'In':
      return isIn;
    case 'NotIn':
      return !isIn;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return true;
  }
}
