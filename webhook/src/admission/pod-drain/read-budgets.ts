import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { podDisruptionBudgets } from '@clb-direct/shared/kube/client/paths.ts';
import { selectorOf } from './disruption-budgets.ts';
import { isEmpty } from './label-selector.ts';

interface Reading {
  readonly api: KubeApi;
  readonly signal: AbortSignal;
}

/** The PodDisruptionBudgets of a namespace that count for an eviction, as the API server has them now. */
export async function readBudgets(namespace: string, o: Reading): Promise<readonly (RawObject | undefined)[]> {
  const budgets = asList(own(await read(podDisruptionBudgets(namespace), o), 'items')).map(asObject);
  const ofSome = budgets.filter((budget) => !isEmpty(selectorOf(budget)));
  if (ofSome.length === budgets.length) return budgets;
  return countsEmptySelectors(await read('/version', o)) ? budgets : ofSome;
}

async function read(path: string, { api, signal }: Reading): Promise<RawObject> {
  return api.call<RawObject>({ method: 'GET', path, signal });
}

/** Older API servers evict as if a budget with an empty selector selected no pod (kubernetes#119731). */
export function countsEmptySelectors(version: RawObject): boolean {
  const [, minor, patch] = /^v1\.(\d+)\.(\d+)/.exec(String(own(version, 'gitVersion'))) ?? [];
  if (minor === undefined) return true;
  return Number(patch) >= (firstPatches[minor] ?? (Number(minor) < 27 ? Infinity : 0));
}

const firstPatches: Readonly<Record<string, number>> = { 27: 7, 28: 3 };
