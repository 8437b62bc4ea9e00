import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { describeBalancer, type BalancerRef } from './balancer-ref.ts';
import type { Adoption } from './adoption.ts';
import type { TargetWeights } from './chosen-weight.ts';
import type { Endpoint } from './endpoint.ts';
import { writePlaceId } from './existing-place.ts';
import type { NodeBackends } from './node.ts';
import type { Owner } from './owner.ts';
import { describePlace, placeIdKey, placeKey, slotOf, type Place, type PlaceId } from './place.ts';
import type { PodView } from './pod-view.ts';
import type { Redirect } from './redirect.ts';
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
  /** Whether pods carry weight before their containers are ready. */
  readonly publishNotReady?: boolean | undefined;
  /** undefined: those of the setting TARGET_WEIGHT and of the pods' annotations. */
  readonly weights?: TargetWeights | undefined;
}

/** Which backends a binding has: the addresses that somebody lists for it, in EndpointSlices. */
export interface EndpointBackends {
  readonly mode: 'endpoints';
  readonly protocol: 'TCP' | 'UDP';
  /** undefined: not known now, so its targets stay as they are. */
  readonly endpoints: readonly Endpoint[] | undefined;
  /** Whether endpoints carry weight before they are ready. */
  readonly publishNotReady?: boolean | undefined;
  /** See `PodBackends`; those of names of pods count for pods. */
  readonly weights?: TargetWeights | undefined;
}

/** One resolver for each mode: core/sources/backends/resolve-backends.ts. */
export type BindingBackends = PodBackends | EndpointBackends | NodeBackends;

/** What goes there goes to nobody. */
export const noBackends: BindingBackends = { mode: 'endpoints', protocol: 'TCP', endpoints: [] };

/** Nothing is known: the targets stay as they are. */
export const unknownBackends: BindingBackends = { mode: 'endpoints', protocol: 'TCP', endpoints: undefined };

/** `until`: the backends of the rule until the redirect stands. */
export interface BindingRedirect extends Redirect {
  readonly until: BindingBackends;
}

/** One owner's claim on one place of one CLB. */
export interface Binding {
  readonly owner: Owner;
  readonly balancer: BalancerRef;
  /** Set where TKE's controller made that CLB for the owner, as the owner says. */
  readonly adoption?: Adoption | undefined;
  /** With `existing` only what the owner calls it: a listener that somebody else made may have another port. */
  readonly place: Place;
  /** The place of a listener that somebody else made: we own our targets there, and nothing else. */
  readonly existing?: PlaceId | undefined;
  /** Of a CLB that is made for the owner; an existing one keeps its own. */
  readonly balancerSettings: LoadBalancerSettings;
  readonly listenerSettings: ListenerSettings;
  /** Read for a place that is a rule. */
  readonly ruleSettings: RuleSettings;
  readonly backends: BindingBackends;
  /** Rules only: its requests go to another rule. as-it-stands: not known now, so it stays as it is. */
  readonly redirect?: BindingRedirect | 'as-it-stands' | undefined;
  /** How long a target whose pod runs on stays at weight 0 before it is deregistered; undefined: see settings. */
  readonly drainMs?: number | undefined;
  /** Rules only: its listener is this owner's alone, and named after it. */
  readonly hasOwnListener?: boolean;
  /** Rules only: a Prefix path adds it for the path itself, so an Exact path of another owner comes first. */
  readonly givesWay?: true;
  /** The record says that another owner has this rule, and that one wants it: this claim has to wait. */
  readonly isTaken?: true;
  /** Rules only: its health check is that of the pods' readiness probes, or will be: see plan/probe-checks.ts. */
  readonly probeCheck?: 'asked' | 'waits';
  /** Its TkeServiceConfig is not known now: what that may say of the check and of sessions stays as it stands. */
  readonly isConfigUnknown?: true;
  /** Rules only: the Secret of its certificate does not exist. */
  readonly isSecretMissing?: true;
  /** What spec.sessionAffinity asks for, in seconds, before any TkeServiceConfig; undefined: nothing. */
  readonly sessionAffinitySeconds?: number | undefined;
  /**
   * Why its place can be neither made nor changed now, such as a Secret that is missing. What stands of the owner at
   * this port stays as it is meanwhile, whatever the place says, and its targets follow the pods.
   */
  readonly incomplete?: Finding | undefined;
  /** Rules only, and incomplete: at which ports its owner wants it cannot be read, so what stands at any port stays. */
  readonly isPlaceUnknown?: true | undefined;
}

/** A binding whose pods a selector takes. Only these have gates to open. */
export type PodBinding = Binding & { readonly backends: PodBackends };

export function isPodBinding(binding: Binding): binding is PodBinding {
  return binding.backends.mode === 'pods';
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

/** As messages name where it is: "TCP/80 of lb-a1b2c3d4", "TCP/80 at lbl-b2c3d4e5 of lb-a1b2c3d4". */
export function describeBinding({
  place,
  existing,
  balancer,
}: Pick<Binding, 'place' | 'existing' | 'balancer'>): string {
  const at = existing === undefined ? '' : ` at ${writePlaceId(existing)}`;
  return `${describePlace(place)}${at} of ${describeBalancer(balancer)}`;
}

/** Opaque: identifies a binding on its CLB, for maps only. */
export function bindingKey({ owner, place, existing }: Pick<Binding, 'owner' | 'place' | 'existing'>): string {
  const key = claimKey(owner.uid, place);
  return existing === undefined ? key : `${key} ${placeIdKey(existing)}`;
}

/** Opaque: the bindingKey of whoever has this UID, at a place of ours. */
export function claimKey(ownerUid: string, place: Place): string {
  return `${ownerUid} ${placeKey(place)}`;
}

/** Opaque: what only one owner can have at a time. A place that somebody else made goes by its id. */
export function slotOfBinding({ place, existing }: Pick<Binding, 'place' | 'existing'>): string {
  return existing === undefined ? slotOf(place) : writePlaceId(existing);
}
