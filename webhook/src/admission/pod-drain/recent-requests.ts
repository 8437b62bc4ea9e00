/** Longer than the API server goes on with one request. */
const keptMs = 60_000;
const mostKept = 10_000;

/** Remembers the uids of requests for a while. */
export function createRecentRequests(nowMs: () => number = () => performance.now()) {
  const seen = new Map<string, number>();

  function forget(): void {
    for (const [uid, atMs] of seen) {
      if (nowMs() - atMs < keptMs && seen.size <= mostKept) return;
      seen.delete(uid);
    }
  }

  return {
    /** Whether it is asked for the first time. */
    isNew(uid: string): boolean {
      forget();
      if (seen.has(uid)) return false;
      seen.set(uid, nowMs());
      return true;
    },
  };
}
