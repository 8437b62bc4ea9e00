import type { BalancerState } from '../model/balancer-state.ts';
import { balancerIdOf } from '../model/balancer-ref.ts';
import type { Binding } from '../model/binding.ts';
import { ourPlaces, type ObservedPlace } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { isRule, placeKey, type Place, type RulePlace } from '../model/place.ts';
import { most, type RecordedOwner } from '../model/record.ts';

/** What an entry says beside the listeners. */
export type RecordDetails = Pick<RecordedOwner, 'rules' | 'hasSessions'>;

interface DetailFacts {
  readonly balancerId: string;
  readonly owner: OwnerView;
  /** What the entry says now. */
  readonly before: RecordDetails;
  readonly state: BalancerState | undefined;
}

/** What is wanted and what may still stand: both count until a look shows that they are gone. */
export function recordDetails({ balancerId, owner, before, state }: DetailFacts): RecordDetails {
  const bindings = owner.bindings.filter(({ balancer }) => balancerIdOf(balancer) === balancerId);
  const standing = state?.phase === 'seen' ? ownPlaces(state, owner.uid) : undefined;
  const rules = rulesOf(bindings, before.rules ?? [], standing);
  const mayHave = asksForSession(bindings) || (before.hasSessions === true && mayHaveSession(standing));
  return { ...(rules.length === 0 ? {} : { rules }), ...(mayHave ? { hasSessions: true } : {}) };
}

function ownPlaces({ observed }: BalancerState, uid: string): readonly ObservedPlace[] {
  return ourPlaces(observed)
    .map(([, place]) => place)
    .filter(({ ownerUids }) => ownerUids.includes(uid));
}

function rulesOf(
  bindings: readonly Binding[],
  before: readonly RulePlace[],
  standing: readonly ObservedPlace[] | undefined,
): readonly RulePlace[] {
  const stands = (rule: Place) => standing?.some(({ place }) => placeKey(place) === placeKey(rule)) !== false;
  const places = bindings.filter(({ incomplete }) => incomplete === undefined).map(({ place }) => place);
  const all = [...before.filter(stands), ...places.filter(isRule)];
  const distinct = new Map(all.map((place) => [placeKey(place), place]));
  const sorted = [...distinct].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, place]) => place).slice(0, most.rulesOfOwner);
}

function asksForSession(bindings: readonly Binding[]): boolean {
  return bindings.some(({ sessionAffinitySeconds }) => sessionAffinitySeconds !== undefined);
}

function mayHaveSession(standing: readonly ObservedPlace[] | undefined): boolean {
  return standing?.some(({ settings }) => (settings.sessionExpireTime ?? 0) > 0) !== false;
}

/** The same text for the same details. */
export function detailsKey({ rules = [], hasSessions }: RecordDetails): string {
  return JSON.stringify([rules.map(placeKey), hasSessions === true]);
}
