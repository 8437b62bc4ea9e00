import type { Row } from './rows.ts';

/**
 * Rows that run at once, in their order: each has a CLB and a namespace of its own, and what happens to a program
 * happens to all of its batch. A node that is drained is one for all of them.
 */
export function batchesOf(rows: readonly Row[], atMost: number): readonly (readonly Row[])[] {
  const groups = Map.groupBy(rows, happeningOf);
  return [...groups].flatMap(([happening, group]) => inParts(group, happening === 'drain' ? 1 : atMost));
}

function happeningOf({ rollout, fault }: Row): string {
  if (rollout === 'drain-node') return 'drain';
  return fault.kind === 'none' || fault.kind === 'cloud' ? 'nothing' : JSON.stringify(fault);
}

function inParts(rows: readonly Row[], size: number): readonly (readonly Row[])[] {
  const count = Math.ceil(rows.length / size);
  return Array.from({ length: count }, (_, index) => rows.slice(index * size, (index + 1) * size));
}
