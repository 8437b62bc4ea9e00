/** All TkeServiceConfigs are kept. The blocks of a Service with as many ports as one can have are about the half. */
export const mostOfConfig = { values: 20_000, letters: 300_000, levels: 20 } as const;

/** Whether a spec has more than anybody writes. It is looked at no further than that, and nothing recurses. */
export function isTooLarge(spec: unknown): boolean {
  let [values, letters] = [0, 0];
  let level: readonly unknown[] = [spec];
  for (let levels = 0; level.length > 0; levels++) {
    values += level.length;
    letters += level.reduce<number>((sum, value) => sum + lettersIn(value), 0);
    if (values > mostOfConfig.values || letters > mostOfConfig.letters || levels > mostOfConfig.levels) return true;
    level = level.flatMap(within);
  }
  return false;
}

function within(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

/** Of a text, and of the names of fields. */
function lettersIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 0;
  return Object.keys(value).join('').length;
}
