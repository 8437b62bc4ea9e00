const beijingOffsetMs = 8 * 3600 * 1000;

/** A time as the API writes it: Beijing time, to the second. */
export function apiTime(atMs: number): string {
  return new Date(atMs + beijingOffsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** The number that the cloud gives a VPC beside its id; ours is made from the id. */
export function numericalId(id: string): number {
  return Buffer.from(id).reduce((sum, byte) => (sum * 31 + byte) % 1_000_000, 7);
}
