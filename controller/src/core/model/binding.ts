import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { BalancerRef } from './balancer-ref.ts';
import type { Owner } from './owner.ts';
import { placeKey, type Place } from './place.ts';
import type { PodView } from './pod-view.ts';
import type { ListenerSettings, LoadBalancerSettings, RuleSettings } from './settings.ts';

/** Pods of one namespace by their labels. Without labels it selects none, as a Service does. */
export interface PodSelector {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Which backends a binding has: the pods that a selector takes, at a port. */
export interface PodBackends {
  readonly mode: 'pods';
  readonly selector: PodSelector;
  /** Of the pod's ports with this name those of this protocol count. */
  readonly protocol: 'TCP' | 'UDP';
  readonly targetPort: number | string;
}

/** One owner's claim on one place of one CLB. */
export interface Binding {
  readonly owner: Owner;
  readonly balancer: BalancerRef;
  readonly place: Place;
  /** Of a CLB that is made for the owner; an existing one keeps its own. */
  readonly balancerSettings: LoadBalancerSettings;
  readonly listenerSettings: ListenerSettings;
  /** Read for a place that is a rule. */
  readonly ruleSettings: RuleSettings;
  readonly backends: PodBackends;
  /** How long a target whose pod runs on stays at weight 0 before it is deregistered; undefined: see settings. */
  readonly drainMs?: number | undefined;
  /** Rules only: its listener is this owner's alone, and named after it. */
  readonly hasOwnListener?: boolean;
  /** What spec.sessionAffinity asks for, in seconds; undefined: nothing. The settings themselves come first. */
  readonly sessionAffinitySeconds?: number | undefined;
  /**
   * Why its place can be neither made nor changed now, such as a Secret that is missing. What stands of the owner at
   * this port stays as it is meanwhile, whatever the place says, and its targets follow the pods.
   */
  readonly incomplete?: Finding | undefined;
}

export function selects({ namespace, labels }: PodSelector, pod: PodLabels): boolean {
  const wanted = Object.entries(labels);
  return (
    namespace === pod.namespace && wanted.length > 0 && wanted.every(([name, value]) => pod.labels[name] === value)
  );
}

type PodLabels = Pick<PodView, 'namespace' | 'labels'>;

/** The pod's own port behind the binding, or undefined when the pod has no port of that name. */
export function portOn(pod: PodView, { targetPort, protocol }: PodBackends): number | undefined {
  return typeof targetPort === 'number' ? targetPort : pod.namedPorts[`${protocol}/${targetPort}`];
}

/** Opaque: identifies a binding on its CLB, for maps only. */
export function bindingKey({ owner, place }: Pick<Binding, 'owner' | 'place'>): string {
  return claimKey(owner.uid, place);
}

/** Opaque: the bindingKey of whoever has this UID. */
export function claimKey(ownerUid: string, place: Place): string {
  return `${ownerUid} ${placeKey(place)}`;
}
