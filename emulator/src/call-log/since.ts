/** Where a summary begins: by the numbers of calls and health changes, or by time. */
export interface Since {
  call: number;
  healthChange: number;
  ms: number;
}

/** What `since` cannot be understood as. */
class SinceError extends Error {
  readonly statusCode = 400;
}

/** A mark, for the next question. */
export const markOf = ({ call, healthChange, ms }: Since) => `${call}-${healthChange}-${ms}`;

/** Reads a mark, milliseconds since 1970 or a date; the beginning when it is left out. */
export function parseSince(text = ''): Since {
  if (text === '') return { call: 0, healthChange: 0, ms: 0 };
  const [, call, healthChange, ms] = /^(\d+)-(\d+)-(\d+)$/.exec(text) ?? [];
  if (ms !== undefined) return { call: Number(call), healthChange: Number(healthChange), ms: Number(ms) };
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isNaN(time)) return { call: 0, healthChange: 0, ms: time };
  const expected = 'a mark of an earlier answer, milliseconds since 1970 or a date like 2026-01-31T12:00:00Z';
  throw new SinceError(`since: got "${text}", expects ${expected}`);
}
