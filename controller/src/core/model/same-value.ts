/**
 * Whether two plain values say the same: what is undefined is as good as left out. Lists and objects that many places
 * share are compared once, and none are too deep: people write both.
 */
export function isSameValue(a: unknown, b: unknown): boolean {
  const left: (readonly [unknown, unknown])[] = [[a, b]];
  const compared = new Map<object, object>();
  for (let pair = left.pop(); pair !== undefined; pair = left.pop()) {
    const [one, other] = pair;
    if (Object.is(one, other)) continue;
    if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) return false;
    if (compared.get(one) === other) continue;
    compared.set(one, other);
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) left.push([one[name], other[name]]);
  }
  return true;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
