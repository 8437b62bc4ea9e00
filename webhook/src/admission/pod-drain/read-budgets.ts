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

/** The PodDisruptionBudgets that count for an eviction of the pod, as the API server has them now. */
export async function budgetsOf(pod: RawObject, namespace: string, o: Reading): Promise<readonly RawObject[]> {
  const budgets = await selecting(pod, namespace, o);
  const ofSome = budgets.filter((budget) => !isEmpty(selectorOf(budget)));
  if (ofSome.length === budgets.length) return budgets;
  const version = await o.api.call<RawObject>({ method: 'GET', path: '/version', signal: o.signal });
  return countsEmptySelectors(version) ? budgets : ofSome;
}

const pageSize = 500;

/** Two of a kind say that no eviction is allowed. Of the others in the namespace there may be any number. */
async function selecting(pod: RawObject, namespace: string, o: Reading): Promise<readonly RawObject[]> {
  const found = new Map<boolean, RawObject[]>();
  const paging = { ...o, path: podDisruptionBudgets(namespace), query: {}, pageSize, onPage: () => undefined };
  await listPages(paging, (raw) => {
    const budget = asObject(raw);
    const selector = selectorOf(budget);
    if (budget === undefined || !selects(selector, pod)) return;
    const alike = found.get(isEmpty(selector)) ?? [];
    if (alike.length < 2) found.set(isEmpty(selector), [...alike, budget]);
  });
  return [...found.values()].flat();
}

/** Older API servers evict as if a budget with an empty selector selected no pod (kubernetes#119731). */
export function countsEmptySelectors(version: RawObject): boolean {
  const [, minor, patch] = /^v1\.(\d+)\.(\d+)/.exec(String(own(version, 'gitVersion'))) ?? [];
  if (minor === undefined) return true;
  return Number(patch) >= (firstPatches[minor] ?? (Number(minor) < 27 ? Infinity : 0));
}

const firstPatches: Readonly<Record<string, number>> = { 27: 7, 28: 3 };
