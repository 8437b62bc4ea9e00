import type { BalancerRef } from './balancer-ref.ts';
import type { Owner } from './owner.ts';
import type { ListenerPlace, RulePlace } from './place.ts';
import type { Redirect } from './redirect.ts';
import type { ListenerSettings, LoadBalancerSettings, RuleSettings } from './settings.ts';

/**
 * What should stand on one CLB: the same shape as ObservedLoadBalancer, without ids and health. Each node names the
 * owners that it stands for; a setting that it leaves out is not compared.
 */
export interface DesiredLoadBalancer {
  readonly ref: BalancerRef;
  readonly owners: readonly Owner[];
  readonly settings: LoadBalancerSettings;
  readonly listeners: readonly DesiredListener[];
}

export interface DesiredListener {
  readonly place: ListenerPlace;
  /** Proof of ownership on the CLB: our mark, the cluster, and the owner or the group that shares it. */
  readonly name: string;
  readonly owners: readonly Owner[];
  readonly settings: ListenerSettings;
  readonly rules: readonly DesiredRule[];
}

export interface DesiredRule {
  readonly place: RulePlace;
  readonly owners: readonly Owner[];
  readonly settings: RuleSettings;
  /** as-it-stands: whatever stands is right. */
  readonly redirect?: Redirect | 'as-it-stands';
}
