import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Absence } from './absence.ts';
import { bindingKey, type Binding } from './binding.ts';
import type { HealthAnswer } from './clb-port.ts';
import type { Trouble } from './cloud-trouble.ts';
import { guardUrl } from './guard.ts';
import { isRedirected, placeAt, placesOf, targetAt, type ObservedLoadBalancer } from './observed.ts';
import { isRule, type PlaceId, type RulePlace } from './place.ts';
import { isServing, targetKey, type Health, type TargetRef } from './target.ts';

/** Where a binding stands on its CLB. */
export interface PlacedBinding {
  readonly id: PlaceId;
  /** Targets that should carry traffic there. */
  readonly wanted: readonly TargetRef[];
  /** It serves nobody without one: its pods are not ready, say, or the CLB does not take them. */
  readonly needsTarget?: boolean;
  /** Its own place cannot be read: these of its owner have its backends meanwhile. */
  readonly standIns?: readonly Binding[];
}

export interface KeptBinding {
  readonly binding: Binding;
  /** How long it stays once the new CLB carries. */
  readonly keepMs: number;
}

/** Whether the policy lets an owner have any of the places that it claims on a CLB. */
export type PolicyVerdict = 'allowed' | 'denied';

/** What was last seen of one CLB, and what was made of it. A cache: losing it costs one look. */
export interface BalancerState {
  readonly id: string;
  /** unseen: no look has succeeded yet; absent: the last look found no such CLB. */
  readonly phase: 'unseen' | 'absent' | 'seen';
  /** While it is absent. */
  readonly absence: Absence | undefined;
  /** Its targets have the backend that they were registered for as their tag, where that is known. */
  readonly observed: ObservedLoadBalancer | undefined;
  /** By targetKey: targets that `observed` shows lowered or gone already, although the CLB has not confirmed it yet. */
  readonly unconfirmed: ReadonlySet<string>;
  /** By bindingKey: bindings whose place stands. */
  readonly placed: ReadonlyMap<string, PlacedBinding>;
  /** By bindingKey: why a place does not stand. */
  readonly obstacles: ReadonlyMap<string, Finding>;
  /** By bindingKey: rules of Prefix paths for the path itself, which Exact paths of others have. */
  readonly givenWay?: ReadonlySet<string>;
  /** By targetKey: why a target that should stand does not, its place being full. */
  readonly withoutRoom: ReadonlyMap<string, Finding>;
  /** UIDs of the owners that have places here or are getting them now. */
  readonly ownerUids: ReadonlySet<string>;
  /** By owner UID: places of listeners that somebody else made where it may have targets; to be recorded first. */
  readonly used: ReadonlyMap<string, readonly PlaceId[]>;
  /** By UID of the owners that claim places here, as they were at the last look. */
  readonly verdicts: ReadonlyMap<string, PolicyVerdict>;
  /** UIDs of owners that wait beside as many others of their namespace as a record takes. */
  readonly crowded?: ReadonlySet<string> | undefined;
  /** By bindingKey: claims that the policy did not deny then. Rules of others are not recorded. */
  readonly admitted?: ReadonlySet<string> | undefined;
  /** By placeKey: rules that are being made or deleted. Whether they stand only the next look shows. */
  readonly rulesInDoubt?: ReadonlySet<string>;
  /** By placeKey: the UID of the owner whose claim a rule of a shared listener stands for. */
  readonly ruleHolders?: ReadonlyMap<string, string>;
  /** UIDs of owners whose session persistence is being changed. What is in effect only a later look shows. */
  readonly sessionsInDoubt?: ReadonlySet<string>;
  /** By owner UID: rules that pass to it with their listener, and its guards; to be recorded first. */
  readonly passingRules?: ReadonlyMap<string, readonly RulePlace[]>;
  /** By owner UID: what it wishes at a port and does not get, see `wishAt`. */
  readonly refusedWishes?: ReadonlyMap<string, readonly string[]>;
  /** Bindings of owners that moved to another CLB, which are planned here for a while as if they had not. */
  readonly kept?: readonly KeptBinding[];
  /** By targetKey: what the CLB would not register. */
  readonly refusedTargets?: ReadonlySet<string>;
  /** How many targets stay because the brake holds them. */
  readonly withheldRemovals?: number;
  /** A step of the plan waits for health. */
  readonly waitsForHealth: boolean;
  /** Why the last look or the last change failed; undefined when it did not. */
  readonly trouble: Trouble | undefined;
}

export function unseen(id: string): BalancerState {
  return {
    id,
    phase: 'unseen',
    absence: undefined,
    observed: undefined,
    unconfirmed: new Set(),
    placed: new Map(),
    obstacles: new Map(),
    withoutRoom: new Map(),
    ownerUids: new Set(),
    used: new Map(),
    verdicts: new Map(),
    waitsForHealth: false,
    trouble: undefined,
  };
}

function healthOf(state: BalancerState, target: TargetRef): Health | undefined {
  return targetAt(state.observed, target)?.health;
}

/** Why a binding has no place there; undefined: it has one, or nothing is known against it. */
export function obstacleTo(state: BalancerState | undefined, binding: Binding): Finding | undefined {
  const key = bindingKey(binding);
  return state?.obstacles.get(key) ?? (state?.placed.has(key) === true ? undefined : binding.incomplete);
}

/** What it is judged by: itself, or what stands for it while its own place cannot be read. */
export function standInsFor(state: BalancerState | undefined, binding: Binding): readonly Binding[] {
  return state?.placed.get(bindingKey(binding))?.standIns ?? [binding];
}

/** Others have its place by right, so nothing of it is waited for. */
export function hasGivenWay(state: BalancerState | undefined, binding: Binding): boolean {
  return state?.givenWay?.has(bindingKey(binding)) === true;
}

/** The binding has its place, and some target there is healthy. */
export function isServed(state: BalancerState, binding: Binding): boolean {
  if (hasGivenWay(state, binding)) return true;
  const wanted = state.placed.get(bindingKey(binding))?.wanted ?? [];
  return wanted.some((target) => isServing(healthOf(state, target)));
}

/** The binding has its place, and a target there is healthy or none is needed. */
export function isCarried(state: BalancerState | undefined, binding: Binding): boolean {
  if (hasGivenWay(state, binding)) return true;
  const placed = state?.placed.get(bindingKey(binding));
  if (state === undefined || placed === undefined) return false;
  return (placed.wanted.length === 0 && placed.needsTarget !== true) || isServed(state, binding);
}

/**
 * Clients are served at the binding's place, be it by a target that drains when another one is healthy. One that
 * redirects does so; a rule without targets that nobody asks for stands.
 */
export function serves(state: BalancerState, binding: Binding): boolean {
  return hasGivenWay(state, binding) || servesAtPlace(state, binding);
}

function servesAtPlace(state: BalancerState, binding: Binding): boolean {
  const placed = state.placed.get(bindingKey(binding));
  if (placed !== undefined && isRule(binding.place) && binding.place.url === guardUrl) return true;
  if (placed !== undefined && binding.redirect !== undefined) return isRedirected(placed.id, state.observed);
  const targets = placed === undefined ? undefined : placeAt(state.observed, placed.id)?.targets;
  return [...(targets?.values() ?? [])].some(({ weight, health }) => weight > 0 && isServing(health));
}

/** A wanted target is not served yet. One that has no room waits for something else. */
export function awaitsHealth(state: BalancerState): boolean {
  const coming = wantedTargets(state).filter((target) => !state.withoutRoom.has(targetKey(target)));
  return coming.some((target) => !isServing(healthOf(state, target)));
}

/** The answer does not have a place whose targets had a health before: its listener may have been deleted. */
export function lacksPlace(state: BalancerState, healths: readonly HealthAnswer[]): boolean {
  const answered = new Set(healths.map(({ listenerId }) => listenerId));
  const listeners = state.observed?.listeners ?? [];
  const hadHealth = listeners.filter((listener) =>
    placesOf(listener).some(([, { targets }]) => [...targets.values()].some(({ health }) => health !== undefined)),
  );
  return hadHealth.some(({ id }) => !answered.has(id));
}

/** No place of this owner stands here or is being made. While nothing is known, that is not known either. */
export function isFreeOf(state: BalancerState | undefined, ownerUid: string): boolean {
  if (state?.phase === 'seen') return !state.ownerUids.has(ownerUid);
  return state?.absence?.isProven === true;
}

/** What an owner waits for that moves to this CLB: the same text while nothing happens. */
export function progressOf(state: BalancerState | undefined): string {
  if (state === undefined) return '';
  const wanted = wantedTargets(state);
  const served = wanted.filter((target) => isServing(healthOf(state, target))).map(targetKey);
  const placed = [...state.placed.values()].map(({ id }) => id.locationId ?? id.listenerId);
  return JSON.stringify([wanted.length, placed.toSorted(), served.toSorted()]);
}

/** Those of all its bindings. */
export function wantedTargets({ placed }: BalancerState): readonly TargetRef[] {
  return [...placed.values()].flatMap(({ wanted }) => wanted);
}
