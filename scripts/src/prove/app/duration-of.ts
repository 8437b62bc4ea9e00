/** How many ms a request takes: of 1,000 requests 970 take 5 ms, 27 take 300 ms and 3 take 5 s. */
export function durationOf(number: number): number {
  const at = number % 1_000;
  if (at % 333 === 332) return 5_000;
  return at % 37 === 36 ? 300 : 5;
}
