import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';

/** No selector selects nothing, an empty one every pod (policy/v1). */
export function selects(selector: RawObject | undefined, pod: unknown): boolean {
  if (selector === undefined) return false;
  const labels = asObject(own(asObject(own(asObject(pod), 'metadata')), 'labels')) ?? {};
  const expressions = asList(own(selector, 'matchExpressions')).map(asObject);
  return (
    equalsOf(selector).every(([key, value]) => own(labels, key) === value) &&
    expressions.every((one) => matches(one ?? {}, labels))
  );
}

/** It selects every pod, and says so by nothing. */
export function isEmpty(selector: RawObject | undefined): boolean {
  if (selector === undefined) return false;
  return equalsOf(selector).length + asList(own(selector, 'matchExpressions')).length === 0;
}

/** For a list: it may let through what the selector does not select. */
export function labelQuery(selector: RawObject): string | undefined {
  const equals = equalsOf(selector).map(([key, value]) => `${key}=${String(value)}`);
  return equals.length === 0 ? undefined : equals.join(',');
}

function equalsOf(selector: RawObject): readonly [string, unknown][] {
  return Object.entries(asObject(own(selector, 'matchLabels')) ?? {});
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
