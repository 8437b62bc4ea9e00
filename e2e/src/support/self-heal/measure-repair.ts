import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { essence, type Watched } from './objects.ts';

const lookEveryMs = 20;

/**
 * Does something to objects and returns how long it takes, from the answer to the last thing done, until all of them
 * are as they were before; undefined when that does not happen in time.
 */
export async function measureRepair(
  api: KubeApi,
  names: readonly Watched[],
  o: { readonly limitMs: number; readonly tamper: () => Promise<void> },
): Promise<number | undefined> {
  const before = await look(api, names);
  await o.tamper();
  const doneMs = performance.now();
  while (performance.now() - doneMs < o.limitMs) {
    if (isDeepStrictEqual(await look(api, names), before)) return performance.now() - doneMs;
    await sleep(lookEveryMs);
  }
  return undefined;
}

async function look(api: KubeApi, names: readonly Watched[]): Promise<readonly unknown[]> {
  return Promise.all(names.map(async (name) => essence(api, name)));
}
