import { ApiError } from '../api/api-error.ts';

export interface Quotas {
  listenersPerLoadBalancer: number;
  targetsPerListener: number;
}

export const defaultQuotas: Quotas = { listenersPerLoadBalancer: 50, targetsPerListener: 200 };

/** Refuses when what is there and what is asked for exceed the quota; duplicates count, as bk-hcm saw it in the cloud. */
export function checkQuota(what: string, bound: number, requested: number, quota: number): void {
  if (bound + requested <= quota) return;
  throw new ApiError('LimitExceeded', `The number of ${what} exceeds the quota: ${bound} + ${requested} > ${quota}.`);
}
