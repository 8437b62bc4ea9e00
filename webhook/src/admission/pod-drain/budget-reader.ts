import type { RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { createOneByOne } from './one-by-one.ts';
import { orAborted } from './or-aborted.ts';
import { budgetsOf } from './read-budgets.ts';

/** The PodDisruptionBudgets that count for an eviction of the pod, as the API server has them from now on. */
export type ReadBudgets = (pod: RawObject, namespace: string, signal: AbortSignal) => Promise<readonly RawObject[]>;

interface Pass {
  readonly pods: RawObject[];
  readonly found: Promise<readonly (readonly RawObject[])[]>;
}

/**
 * A namespace may have any number of budgets, and any number of evictions may come at once: all that wait are served by
 * one pass over the budgets, which begins after they have asked, and there is one pass at a time. The signal ends all.
 */
export function createBudgetReader(o: { readonly api: KubeApi; readonly signal: AbortSignal }): ReadBudgets {
  const oneByOne = createOneByOne(o.signal);
  const next = new Map<string, Pass>();
  const begin = (namespace: string): Pass => {
    const pods: RawObject[] = [];
    const found = oneByOne(namespace, async () => {
      next.delete(namespace);
      return budgetsOf(pods, namespace, o);
    });
    const pass = { pods, found };
    next.set(namespace, pass);
    return pass;
  };
  return async (pod, namespace, signal) => {
    const { pods, found } = next.get(namespace) ?? begin(namespace);
    const index = pods.push(pod) - 1;
    return (await orAborted(found, signal))[index] ?? [];
  };
}
