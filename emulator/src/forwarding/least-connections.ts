/** How many choices are laid out ahead: what comes in until the connections are counted again should fit in. */
const choicesAhead = 256;

/**
 * Whose turn it is, by index, when each new connection goes to the target that has the fewest for its weight: the
 * kernel cannot count while it chooses, so the choices are made ahead from what was counted last.
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
