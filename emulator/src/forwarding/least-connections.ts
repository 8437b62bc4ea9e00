/** How many choices are laid out ahead: what comes in until the connections are counted again should fit in. */
const choicesAhead = 256;

/**
 * The targets of new connections in order, by index, when each goes to the target that has the fewest connections for
 * its weight. The kernel cannot count while it chooses, so the choices are made ahead from the last count.
 */
export function planLeastConnections(weights: readonly number[], counts: readonly number[]): number[] {
  const held = weights.map((_, index) => counts[index] ?? 0);
  const load = (index: number) => ((held[index] ?? 0) + 1) / (weights[index] ?? 1);
  return Array.from({ length: weights.length === 1 ? 1 : choicesAhead }, () => {
    const next = weights.reduce((best, _, index) => (load(index) < load(best) ? index : best), 0);
    held[next] = (held[next] ?? 0) + 1;
    return next;
  });
}
