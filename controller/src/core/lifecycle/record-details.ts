import type { BalancerState } from '../model/balancer-state.ts';
import { balancerIdOf } from '../model/balancer-ref.ts';
import { bindingKey, type Binding } from '../model/binding.ts';
import { foreignPlaces, seenUnrecorded } from '../model/foreign-rules.ts';
import { ourPlaces, type ObservedListener, type ObservedLoadBalancer, type ObservedPlace } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { isRule, placeKey, type RulePlace } from '../model/place.ts';
import { most, type RecordedOwner } from '../model/record.ts';
import { redirectsAmong } from './redirects-among.ts';

/** What an entry says beside the listeners. */
export type RecordDetails = Pick<RecordedOwner, 'rules' | 'redirects' | 'hasSessions' | 'refusedWishes'>;

interface DetailFacts {
  readonly balancerId: string;
  readonly owner: OwnerView;
  /** What the entry says now. */
  readonly before: RecordDetails;
  readonly state: BalancerState | undefined;
  /** There was an entry: what stands where the owner wants a rule is its own. */
  readonly isLost?: boolean;
}

/** What is wanted and what may still stand: both count until a look shows that they are gone. */
export function recordDetails({ balancerId, owner, before, state, isLost = false }: DetailFacts): RecordDetails {
  const bindings = owner.bindings.filter(({ balancer }) => balancerIdOf(balancer) === balancerId);
  const standing = standingOf(state, owner.uid);
  const rules = rulesNow(bindings, before.rules ?? [], { state, standing, uid: owner.uid, isLost });
  const mayHave = asksForSession(bindings) || (before.hasSessions === true && mayHaveSession(standing));
  const refused = refusedOf(owner.uid, before, state);
  const own = isLost ? redirectsAmong(rules, state?.observed) : noPlaces;
  const redirects = redirectsOf(bindings, before, { uid: owner.uid, state, own });
  return { ...filled({ rules, redirects, refusedWishes: refused }), ...(mayHave ? { hasSessions: true } : {}) };
}

/** Without the lists that are empty. */
function filled<L extends Readonly<Record<string, readonly unknown[]>>>(lists: L): Partial<L> {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) as Partial<L>;
}

const mostRules = most.rulesOfOwner + most.guardsOfOwner;

interface Look {
  readonly state: BalancerState | undefined;
  readonly standing: Standing;
  readonly uid: string;
  readonly isLost: boolean;
}

function rulesNow(
  bindings: readonly Binding[],
  before: readonly RulePlace[],
  { state, standing, uid, isLost }: Look,
): readonly RulePlace[] {
  const others = rulesOfOthers(state, uid);
  // The record may be younger than the look: what it saw there then may be this owner's by now.
  const unrecorded = seenUnrecorded(state?.observed, uid);
  const mayBeOurs = (rule: RulePlace) => mayStand(rule, standing) || unrecorded.has(placeKey(rule));
  const may = before.filter((rule) => mayBeOurs(rule) && !others.has(placeKey(rule)));
  const foreign = foreignPlaces(state?.observed);
  // One that has a listener of its own has none of the rules that people made on another one.
  const mayTake = ({ adoption, hasOwnListener }: Binding) =>
    adoption !== undefined || (isLost && hasOwnListener !== true);
  const isFree = (binding: Binding) => {
    const key = placeKey(binding.place);
    if (state?.admitted?.has(bindingKey(binding)) === false || others.has(key)) return false;
    return mayTake(binding) || !foreign.has(key);
  };
  // Until a look has shown who has what and who may have it, nothing is added.
  const free = standing === undefined ? [] : bindings.filter(isFree);
  // Also what waits for a certificate or a backend.
  const places = isLost ? free.map(({ place }) => place).filter(isRule) : [];
  const found = places.filter((place) => foreign.has(placeKey(place)));
  return rulesOf(free, [...may, ...found, ...(state?.passingRules?.get(uid) ?? [])]);
}

/** By placeKey: what stands for claims of others. Whoever wants it too is recorded when they want it no longer. */
function rulesOfOthers(state: BalancerState | undefined, uid: string): ReadonlySet<string> {
  const holders = [...(state?.ruleHolders ?? [])];
  return new Set(holders.filter(([, holder]) => holder !== uid).map(([place]) => place));
}

/** What a look shows of the owner; undefined: nothing is known. */
type Standing =
  | {
      readonly places: readonly ObservedPlace[];
      readonly inDoubt: ReadonlySet<string>;
      readonly isSessionInDoubt: boolean;
    }
  | undefined;

function standingOf(state: BalancerState | undefined, uid: string): Standing {
  if (state?.phase !== 'seen') return undefined;
  const places = ourPlaces(state.observed).map(([, place]) => place);
  return {
    places: places.filter(({ ownerUids }) => ownerUids.includes(uid)),
    inDoubt: state.rulesInDoubt ?? new Set(),
    isSessionInDoubt: state.sessionsInDoubt?.has(uid) === true,
  };
}

/**
 * What may stand comes first, so that a rule that was made is never forgotten: those that a look shows, and those that
 * the plan of this look makes, passes on or deletes: the CLB may confirm what it does not do.
 */
function rulesOf(bindings: readonly Binding[], standing: readonly RulePlace[]): readonly RulePlace[] {
  const wanted = bindings.filter(({ incomplete }) => incomplete === undefined).map(({ place }) => place);
  const all = [...standing, ...wanted.filter(isRule)];
  const distinct = [...new Map(all.map((place) => [placeKey(place), place]))].slice(0, mostRules);
  return inOrder(distinct);
}

/** By their keys, so that the same places make the same record. */
function inOrder(places: readonly (readonly [string, RulePlace])[]): readonly RulePlace[] {
  return places.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

const noPlaces: ReadonlySet<string> = new Set();

interface RedirectLook extends Pick<Look, 'uid' | 'state'> {
  /** By placeKey: where one stands that an entry named which was lost. */
  readonly own: ReadonlySet<string>;
}

/**
 * Those that are wanted and those that may stand. One that a person made before we wanted any is not ours; one that
 * TKE's controller made for the owner will be. None is at a rule that only others may have: one there is a person's.
 */
function redirectsOf(
  bindings: readonly Binding[],
  { redirects = [] }: RecordDetails,
  { uid, state, own }: RedirectLook,
): readonly RulePlace[] {
  const standing = state?.phase === 'seen' ? redirectPlaces(state.observed, uid).difference(own) : undefined;
  const known = new Set(redirects.map(placeKey));
  const wanted = bindings.filter(({ redirect, incomplete }) => redirect !== undefined && incomplete === undefined);
  const free = wanted
    .flatMap(({ place }) => (isRule(place) ? [place] : []))
    .filter((place) => {
      return known.has(placeKey(place)) || standing?.has(placeKey(place)) === false;
    });
  const may = redirects.filter((place) => standing?.has(placeKey(place)) !== false);
  const denied = deniedPlaces(bindings, { uid, state });
  const all = new Map([...may, ...free].map((place) => [placeKey(place), place]));
  return inOrder([...all].filter(([key]) => !denied.has(key))).slice(0, most.rulesOfOwner);
}

/** By placeKey. */
function deniedPlaces(bindings: readonly Binding[], { uid, state }: Pick<Look, 'uid' | 'state'>): ReadonlySet<string> {
  const own = new Set(standingOf(state, uid)?.places.map(({ place }) => placeKey(place)));
  const denied = bindings.filter((one) => state?.admitted?.has(bindingKey(one)) === false);
  return new Set(denied.map(({ place }) => placeKey(place)).filter((key) => !own.has(key)));
}

/** The rules at which any redirect stands that somebody else made. */
function redirectPlaces(observed: ObservedLoadBalancer | undefined, uid: string): ReadonlySet<string> {
  const mayBeOthers = ({ adoptable }: ObservedListener) => adoptable === undefined || observed?.madeByTkeFor !== uid;
  const all = (observed?.listeners.filter(mayBeOthers) ?? []).flatMap(({ rules, redirects = [] }) =>
    rules.filter(({ id }) => redirects.some(({ locationId }) => locationId === id)),
  );
  return new Set(all.map(({ place }) => placeKey(place)));
}

function mayStand(rule: RulePlace, standing: Standing): boolean {
  if (standing === undefined) return true;
  const key = placeKey(rule);
  return standing.inDoubt.has(key) || standing.places.some(({ place }) => placeKey(place) === key);
}

function asksForSession(bindings: readonly Binding[]): boolean {
  return bindings.some(({ sessionAffinitySeconds }) => sessionAffinitySeconds !== undefined);
}

function mayHaveSession(standing: Standing): boolean {
  if (standing === undefined || standing.isSessionInDoubt) return true;
  return standing.places.some(({ settings }) => (settings.sessionExpireTime ?? 0) > 0);
}

function refusedOf(uid: string, before: RecordDetails, state: BalancerState | undefined): readonly string[] {
  const refused = state?.phase === 'seen' ? state.refusedWishes?.get(uid) : before.refusedWishes;
  return (refused ?? []).slice(0, most.placesOfOwner);
}

/** Of the lists that take room only what was there before. */
export function withoutMore(
  { rules = [], redirects = [], ...details }: RecordDetails,
  before: RecordDetails,
): RecordDetails {
  return {
    ...details,
    ...filled({ rules: common(rules, before.rules), redirects: common(redirects, before.redirects) }),
  };
}

function common(now: readonly RulePlace[], before: readonly RulePlace[] = []): readonly RulePlace[] {
  const keys = new Set(before.map(placeKey));
  return now.filter((place) => keys.has(placeKey(place)));
}

/** The same text for the same details. */
export function detailsKey({ rules = [], redirects = [], hasSessions, refusedWishes = [] }: RecordDetails): string {
  return JSON.stringify([rules.map(placeKey), redirects.map(placeKey), hasSessions === true, refusedWishes]);
}
