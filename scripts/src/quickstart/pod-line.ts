/** The steps of a pod's way into a CLB, in order, with the word that people see. */
export const steps = ['created', 'containers ready', 'bound', 'healthy', 'gate open', 'ready'] as const;
export type Step = (typeof steps)[number];

/** When each step was first seen. */
export type Seen = ReadonlyMap<Step, number>;

/** Notes steps that are reached now and were not before. */
export function note(seen: Seen, reached: readonly Step[], nowMs: number): Seen {
  const fresh = reached.filter((step) => !seen.has(step));
  return fresh.length === 0 ? seen : new Map([...seen, ...fresh.map((step) => [step, nowMs] as const)]);
}

/** One pod's line: its name, and seconds from its creation to each step. */
export function podLine(name: string, seen: Seen): string {
  const createdMs = seen.get('created') ?? 0;
  const cells = steps.map((step) => cellOf(seen.get(step), createdMs).padStart(step.length));
  return `${name.padEnd(nameWidth)}  ${cells.join('  ')}`;
}

const nameWidth = 40;

function cellOf(atMs: number | undefined, createdMs: number): string {
  return atMs === undefined ? '-' : `${((atMs - createdMs) / 1000).toFixed(1)}s`;
}

export const heading = `${'POD'.padEnd(nameWidth)}  ${steps.join('  ')}`;
