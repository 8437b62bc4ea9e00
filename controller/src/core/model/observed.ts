import type { AddressFamily } from './address-family.ts';
import { hasRules, type ListenerPlace, type PlaceId, type RulePlace } from './place.ts';
import type { StandingRedirect } from './redirect.ts';
import type { ListenerSettings, LoadBalancerSettings, RuleSettings } from './settings.ts';
import { addressKey, type Health, type TargetAddress, type TargetRef } from './target.ts';

/** What stands on one CLB: the same shape as DesiredLoadBalancer. Targets are nested by place. */
export interface ObservedLoadBalancer {
  readonly id: string;
  readonly vpcId: string;
  /** Of the addresses that it sends to. */
  readonly targetFamily: AddressFamily;
  /** The addresses, or else the domain, that clients use. */
  readonly addresses: readonly string[];
  /** They are private ones of the VPC. */
  readonly isInternal: boolean;
  /** SNAT Pro is on: it sends from addresses of its own, also to other VPCs and to the GlobalRouter network. */
  readonly hasSnatPro: boolean;
  readonly settings: LoadBalancerSettings;
  /** UID of the owner for which TKE's controller made it, or uses it, in this cluster, by its tags. */
  readonly madeByTkeFor?: string | undefined;
  /** Listeners of all owners; those that are not ours have no targets here, but for `others`. */
  readonly listeners: readonly ObservedListener[];
}

export interface ObservedListener {
  readonly id: string;
  readonly name: string;
  readonly place: ListenerPlace;
  /** The name proves that this cluster made it. */
  readonly isOurs: boolean;
  /** UIDs of the owners that the name or the record of rules proves. */
  readonly ownerUids: readonly string[];
  /** UIDs of the owners whose record names rules at its port, of a shared listener that has none. */
  readonly recordedUids?: readonly string[];
  readonly settings: ListenerSettings;
  /** By addressKey; of a listener without rules. */
  readonly targets: Targets;
  /** See `ObservedRule`. */
  readonly others?: Targets;
  /** Its targets, where TKE's controller made it for `madeByTkeFor` and it is not ours. */
  readonly adoptable?: Targets;
  readonly rules: readonly ObservedRule[];
  /** Of its rules, also of those that are not among `rules`. */
  readonly redirects?: readonly ObservedRedirect[];
}

/** Ours: it stands at a rule of ours, and the record says that we make one there. Others are never touched. */
export interface ObservedRedirect extends StandingRedirect {
  readonly isOurs: boolean;
}

export interface ObservedRule {
  /** LocationId */
  readonly id: string;
  readonly place: RulePlace;
  /** Its listener is ours and the record names it. Other rules on our listener are reported and never touched. */
  readonly isOurs: boolean;
  readonly ownerUids: readonly string[];
  /** UIDs of all owners whose record names it, also those that do not have its listener. */
  readonly recordedUids?: readonly string[];
  /** The record says that a redirect which stands there is ours. */
  readonly mayRedirect?: boolean;
  readonly settings: RuleSettings;
  /** By addressKey. Only those that are ours to change. */
  readonly targets: Targets;
  /** As of its listener. */
  readonly adoptable?: Targets;
  /**
   * Set at a place that is not ours and that an owner uses: the targets that we did not register there, which are never
   * touched. `ownerUids` are those whose record names the place.
   */
  readonly others?: Targets;
}

export interface ObservedTarget extends TargetAddress {
  readonly weight: number;
  /** Backend.id of whoever it was registered for, where the cloud returns tags. */
  readonly tag: string | undefined;
  /** undefined: the CLB has said nothing of it yet. */
  readonly health: Health | undefined;
}

export type Targets = ReadonlyMap<string, ObservedTarget>;

/** A target together with where it is bound. */
export interface BoundTarget extends TargetRef, ObservedTarget {}

/** What holds targets: a listener without rules, or a rule. */
export type ObservedPlace = ObservedListener | ObservedRule;

/** A target there has weight: what begins anew for its targets is felt by clients. */
export function isUnderTraffic({ targets }: Pick<ObservedPlace, 'targets'>): boolean {
  return [...targets.values()].some(({ weight }) => weight > 0);
}

/** Every place of a listener that holds targets, with its id. */
export function placesOf(listener: ObservedListener): readonly (readonly [PlaceId, ObservedPlace])[] {
  if (!hasRules(listener.place.protocol)) return [[{ listenerId: listener.id }, listener]];
  return listener.rules.map((rule) => [{ listenerId: listener.id, locationId: rule.id }, rule] as const);
}

/** The places of listeners that somebody else made and that owners use, or have used until their targets leave. */
export function existingPlaces(observed: ObservedLoadBalancer | undefined) {
  return (observed?.listeners ?? []).flatMap(placesOf).filter(([, { others }]) => others !== undefined);
}

/** The places of our listeners. */
export function ourPlaces(observed: ObservedLoadBalancer | undefined): readonly (readonly [PlaceId, ObservedPlace])[] {
  return (observed?.listeners ?? []).filter(({ isOurs }) => isOurs).flatMap(placesOf);
}

export function boundTargetsAt(id: PlaceId, place: ObservedPlace): readonly BoundTarget[] {
  return [...place.targets.values()].map((target) => ({ ...id, ...target }));
}

/** Every target of our places. */
export function boundTargets({ listeners }: ObservedLoadBalancer): readonly BoundTarget[] {
  return listeners.flatMap((listener) => placesOf(listener).flatMap(([id, place]) => boundTargetsAt(id, place)));
}

/** Nothing is sent to the targets of such a place. */
export function isRedirected({ locationId }: PlaceId, observed: ObservedLoadBalancer | undefined): boolean {
  const all = (observed?.listeners ?? []).flatMap(({ redirects }) => redirects ?? []);
  return locationId !== undefined && all.some((redirect) => redirect.locationId === locationId);
}

/** undefined: there is no such place. */
export function placeAt(observed: ObservedLoadBalancer | undefined, id: PlaceId): ObservedPlace | undefined {
  const listener = observed?.listeners.find((one) => one.id === id.listenerId);
  return id.locationId === undefined ? listener : listener?.rules.find((rule) => rule.id === id.locationId);
}

export function targetAt(observed: ObservedLoadBalancer | undefined, ref: TargetRef): ObservedTarget | undefined {
  return placeAt(observed, ref)?.targets.get(addressKey(ref));
}

/** The same tree with other targets at each of its places. */
export function withTargets(
  observed: ObservedLoadBalancer,
  change: (id: PlaceId, targets: Targets) => Targets,
): ObservedLoadBalancer {
  const listeners = observed.listeners.map((listener) => ({
    ...listener,
    targets: change({ listenerId: listener.id }, listener.targets),
    rules: listener.rules.map((rule) => {
      return { ...rule, targets: change({ listenerId: listener.id, locationId: rule.id }, rule.targets) };
    }),
  }));
  return { ...observed, listeners };
}

/** The same tree with other `others` wherever a place has them. */
export function withOthers(
  observed: ObservedLoadBalancer,
  change: (id: PlaceId, others: Targets) => Targets,
): ObservedLoadBalancer {
  const changed = <P extends ObservedPlace>(id: PlaceId, place: P): P =>
    place.others === undefined ? place : { ...place, others: change(id, place.others) };
  const listeners = observed.listeners.map((listener) => ({
    ...changed({ listenerId: listener.id }, listener),
    rules: listener.rules.map((rule) => changed({ listenerId: listener.id, locationId: rule.id }, rule)),
  }));
  return { ...observed, listeners };
}
