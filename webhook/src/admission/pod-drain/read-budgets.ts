import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { listPages } from '@clb-direct/shared/kube/client/list-pages.ts';
import { podDisruptionBudgets } from '@clb-direct/shared/kube/client/paths.ts';
import { selectorOf } from './disruption-budgets.ts';
import { isEmpty, selects } from './label-selector.ts';

interface Reading {
  readonly api: KubeApi;
  readonly signal: AbortSignal;
}

/** For each of the pods the PodDisruptionBudgets that count for its eviction, as the API server has them now. */
export async function budgetsOf(
  pods: readonly RawObject[],
  namespace: string,
  o: Reading,
): Promise<readonly (readonly RawObject[])[]> {
  const found = await selecting(pods, namespace, o);
  if (!found.flat().some(isOfAll)) return found;
  const version = await o.api.call<RawObject>({ method: 'GET', path: '/version', signal: o.signal });
  return countsEmptySelectors(version) ? found : found.map((budgets) => budgets.filter((one) => !isOfAll(one)));
}

const isOfAll = (budget: RawObject) => isEmpty(selectorOf(budget));

const pageSize = 500;

async function selecting(pods: readonly RawObject[], namespace: string, o: Reading) {
  const found = pods.map((pod) => ({ pod, budgets: [] as RawObject[] }));
  const paging = { ...o, path: podDisruptionBudgets(namespace), query: {}, pageSize, onPage: () => undefined };
  await listPages(paging, (raw) => {
    const budget = asObject(raw);
    if (budget === undefined) return;
    for (const { pod, budgets } of found) {
      if (selects(selectorOf(budget), pod) && isNews(budget, budgets)) budgets.push(budget);
    }
  });
  return found.map(({ budgets }) => budgets);
}

/** Two of a kind say that no eviction is allowed. Of the others in the namespace there may be any number. */
function isNews(budget: RawObject, known: readonly RawObject[]): boolean {
  return known.filter((one) => isOfAll(one) === isOfAll(budget)).length < 2;
}

/** Older API servers evict as if a budget with an empty selector selected no pod (kubernetes#119731). */
export function countsEmptySelectors(version: RawObject): boolean {
  const [, minor, patch] = /^v1\.(\d+)\.(\d+)/.exec(String(own(version, 'gitVersion'))) ?? [];
  if (minor === undefined) return true;
  return Number(patch) >= (firstPatches[minor] ?? (Number(minor) < 27 ? Infinity : 0));
}

const firstPatches: Readonly<Record<string, number>> = { 27: 7, 28: 3 };
