import { ApiError } from '../errors/api-error.ts';

export interface Quotas {
  /** Of one region. */
  openLoadBalancers: number;
  internalLoadBalancers: number;
  listenersPerLoadBalancer: number;
  rulesPerListener: number;
  /** Of one listener, or of one rule of an HTTP or HTTPS listener. */
  targetsPerListener: number;
  snatIps: number;
  /** How many load balancers of a region may be deleted in five minutes. */
  deletionsPerFiveMinutes: number;
  /** Of one region. */
  securityGroups: number;
  /** In and out together. */
  policiesPerSecurityGroup: number;
}

/**
 * Doc 214/6187 and a live sample (tke-extend-network-controller): 50 listeners, 50 rules, 200 targets. Doc 215/41428:
 * 50 security groups, 100 policies.
 */
export const defaultQuotas: Quotas = {
  openLoadBalancers: 100,
  internalLoadBalancers: 100,
  listenersPerLoadBalancer: 50,
  rulesPerListener: 50,
  targetsPerListener: 200,
  snatIps: 10,
  deletionsPerFiveMinutes: 30,
  securityGroups: 50,
  policiesPerSecurityGroup: 100,
};

/** Refuses when what is there and what is asked for exceed the quota. */
export function checkQuota(what: string, bound: number, requested: number, quota: number): void {
  if (bound + requested <= quota) return;
  throw new ApiError('LimitExceeded', `The number of ${what} exceeds the quota: ${bound} + ${requested} > ${quota}.`);
}
