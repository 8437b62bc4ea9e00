import type { Reflector } from '@clb-direct/shared/kube/reflector/reflector.ts';

type Awaited = Pick<Reflector<object>, 'synced' | 'isSynced' | 'refusedForMs'>;

/** The API server does not let us read what nothing can begin without. */
export class ListsRefused extends Error {
  constructor(forMs: number) {
    super(`the API server has refused a first list for ${Math.round(forMs / 1_000)} s`);
    this.name = 'ListsRefused';
  }
}

/** A role that is applied with the program comes within seconds. */
const usualMs = 30_000;

/**
 * Waits for the first lists, however long they take: a cluster may be large, and an API server slow. One that is
 * refused will not come: whoever leads without it keeps others from leading, and does nothing itself.
 */
export async function firstLists(
  reflectors: readonly Awaited[],
  { refusedMs = usualMs }: { readonly refusedMs?: number | undefined },
): Promise<void> {
  const { promise: refused, reject } = Promise.withResolvers<never>();
  const look = () => {
    const isRefused = reflectors.some((one) => !one.isSynced() && one.refusedForMs() >= refusedMs);
    if (isRefused) reject(new ListsRefused(refusedMs));
  };
  const timer = setInterval(look, refusedMs / 10);
  try {
    await Promise.race([Promise.all(reflectors.map(async ({ synced }) => synced)), refused]);
  } finally {
    clearInterval(timer);
  }
}
