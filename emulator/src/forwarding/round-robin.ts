const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Small numbers in (nearly) the proportion of the weights, their sum at most `most` or one each. */
function reduce(weights: readonly number[], most: number): number[] {
  const divisor = weights.reduce(gcd, 0);
  const exact = weights.map((weight) => weight / divisor);
  const sum = exact.reduce((total, weight) => total + weight, 0);
  return sum <= most ? exact : exact.map((weight) => Math.max(1, Math.round((weight * most) / sum)));
}

/**
 * The targets of one round in order, by index: each as often as its weight says, spread as evenly as possible, so that
 * with equal weights every target answers once before any answers twice (smooth weighted round robin).
 */
export function planRoundRobin(weights: readonly number[], most: number): number[] {
  const shares = reduce(weights, most);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const credit = shares.map(() => 0);
  return Array.from({ length: total }, () => {
    shares.forEach((share, index) => (credit[index] = (credit[index] ?? 0) + share));
    const next = credit.indexOf(Math.max(...credit));
    credit[next] = (credit[next] ?? 0) - total;
    return next;
  });
}
