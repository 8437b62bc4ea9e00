import type { Row } from './rows.ts';

/**
 * Rows that run at once, in their order: each has a CLB and a namespace of its own, and what happens to a program
 * happens to all of its batch. A node that is drained is one for all of them.
 */
export function batchesOf(rows: readonly Row[], atMost: number): readonly (readonly Row[])[] {
  const groups = Map.groupBy(rows, happeningOf);
  return [...groups].flatMap(([happening, group]) => inParts(group, happening === 'drain' ? 1 : atMost));
}

const mostTogether = 4;

/**
 * Batches whose pods are made and cleared away together, which takes as long as for one. Whoever takes a node away has
 * the nodes alone.
 */
export function preparedTogether(batches: readonly (readonly Row[])[]): readonly (readonly (readonly Row[])[])[] {
  const [alone, others] = [batches.filter(takesNode), batches.filter((batch) => !takesNode(batch))];
  return [...inParts(others, mostTogether), ...alone.map((batch) => [batch])];
}

function takesNode(batch: readonly Row[]): boolean {
  return batch.some(({ rollout, fault }) => rollout === 'drain-node' || fault.kind === 'lose-node');
}

function happeningOf({ rollout, fault }: Row): string {
  if (rollout === 'drain-node') return 'drain';
  return fault.kind === 'none' || fault.kind === 'cloud' ? 'nothing' : JSON.stringify(fault);
}

function inParts<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, index) => all.slice(index * size, (index + 1) * size));
}
