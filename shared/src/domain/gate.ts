/** TKE's gate (TKE doc 457/41897); a setting, so that another controller's gate never collides with ours. */
export const defaultGateType = 'cloud.tencent.com/load-balancer-backendgroup-ready';

/** A pod condition as the gate needs it. */
export interface GateCondition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/**
 * Why a gate stands as it does. `LoadBalancerNetworkGroupReady` is TKE's own word for open after a passed health check.
 */
export const gateReason = {
  healthy: 'LoadBalancerNetworkGroupReady',
  healthCheckOff: 'LoadBalancerHealthCheckOff',
  pingOnly: 'LoadBalancerPingOnly',
  weightZero: 'LoadBalancerWeightZero',
  noBinding: 'NoLoadBalancerSelectsPod',
  skipped: 'Skipped',
  balancerGone: 'LoadBalancerGone',
  waitedTooLong: 'LoadBalancerWaitLimitReached',
  uninstalled: 'Uninstalled',
  waiting: 'LoadBalancerNotReady',
} as const;

/** The message that TKE itself writes when its gate opens. */
export function openMessage(gateType: string): string {
  return `Marking condition "${gateType}" to True.`;
}
