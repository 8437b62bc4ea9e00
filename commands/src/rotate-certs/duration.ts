const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function isUnit(text: string): text is keyof typeof unitMs {
  return Object.hasOwn(unitMs, text);
}

/** Understands "90s", "1h30m" or "7d" as milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:ms|[smhd]))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)(ms|[smhd])/g)];
  const ms = parts.reduce(
    (sum, [, count = '', unit = '']) => sum + Number(count) * (isUnit(unit) ? unitMs[unit] : 0),
    0,
  );
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** A duration in its two greatest units: "3 d 4 h", "12 min", "8 s". */
export function formatDuration(ms: number): string {
  const seconds = Math.round(Math.max(0, ms) / 1_000);
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24];
  const [minutes, rest] = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (days > 1) return both(days, 'd', hours, 'h');
  if (days + hours > 0) return both(days * 24 + hours, 'h', minutes, 'min');
  return minutes > 0 ? both(minutes, 'min', rest, 's') : `${rest} s`;
}

function both(greater: number, unit: string, lesser: number, lesserUnit: string): string {
  return lesser === 0 ? `${greater} ${unit}` : `${greater} ${unit} ${lesser} ${lesserUnit}`;
}
