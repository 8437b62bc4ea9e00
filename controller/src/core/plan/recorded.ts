import { balancerIdOf } from '../model/balancer-ref.ts';
import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { bindingKey, claimKey, type Binding } from '../model/binding.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { foreignPlaces } from '../model/foreign-rules.ts';
import { isGuard } from '../model/guard.ts';
import type { ObservedLoadBalancer } from '../model/observed.ts';
import { isRule, placeKey, type RulePlace } from '../model/place.ts';
import type { BalancerRecord, RecordedOwner } from '../model/record.ts';
import type { ListenerSettings, RuleSettings } from '../model/settings.ts';
import type { RecordedRule } from './assemble-observed.ts';
import type { Claim } from './facts.ts';

/**
 * Whose each rule on the CLB would be, if it stands on a listener of ours: the record says so, and on a listener with
 * the owner's own name also what the owner wants there.
 */
export function recordedRules(
  balancerId: string,
  record: BalancerRecord | undefined,
  owners: readonly OwnerView[],
): readonly RecordedRule[] {
  const written = writtenRules(record?.owners ?? []);
  const redirects = new Set((record?.owners ?? []).flatMap((owner) => (owner.redirects ?? []).map(placeKey)));
  const wanted = owners.flatMap(({ uid, bindings }) => {
    const here = bindings.filter((one) => one.hasOwnListener === true && balancerIdOf(one.balancer) === balancerId);
    return here.flatMap(({ place }) => (isRule(place) ? [{ uid, place }] : []));
  });
  const byRule = Map.groupBy([...written, ...wanted], ({ place }) => placeKey(place));
  const alone = Map.groupBy(wanted, ({ place }) => placeKey(place));
  return [...byRule].flatMap(([key, same]) => {
    const place: RulePlace | undefined = same[0]?.place;
    const aloneUids = uidsOf(alone.get(key) ?? []);
    const writtenUids = new Set(uidsOf(same.filter((one) => written.includes(one))));
    const unwrittenUids = aloneUids.filter((uid) => !writtenUids.has(uid));
    const more = {
      ...(aloneUids.length > 0 ? { aloneUids } : {}),
      ...(unwrittenUids.length > 0 ? { unwrittenUids } : {}),
      ...(redirects.has(key) ? { mayRedirect: true } : {}),
    };
    return place === undefined ? [] : [{ place, ownerUids: uidsOf(same), ...more }];
  });
}

interface OwnRule {
  readonly uid: string;
  readonly place: RulePlace;
}

function uidsOf(rules: readonly OwnRule[]): readonly string[] {
  return [...new Set(rules.map(({ uid }) => uid))];
}

/** What an owner had before its release is its own only as long as nobody else has it. */
function writtenRules(entries: readonly RecordedOwner[]): readonly OwnRule[] {
  const rulesOf = (some: readonly RecordedOwner[]) =>
    some.flatMap(({ uid, rules = [] }) => rules.map((place) => ({ uid, place })));
  const held = rulesOf(entries.filter(({ releasedAtMs }) => releasedAtMs === undefined));
  const keys = new Set(held.map(({ place }) => placeKey(place)));
  const left = rulesOf(entries.filter(({ releasedAtMs }) => releasedAtMs !== undefined));
  return [...held, ...left.filter(({ place }) => !keys.has(placeKey(place)))];
}

/** What a claim may do as far as the record goes: nothing is made, or will be undone later, that it does not name. */
export function asRecorded(
  claims: readonly Claim[],
  record: BalancerRecord | undefined,
  observed?: ObservedLoadBalancer,
): readonly Claim[] {
  const holders = holdersOf(claims, record);
  const byHand = foreignPlaces(observed);
  return claims.map(({ owner, bindings }) => {
    const entry = record?.owners.find(({ uid }) => uid === owner.uid);
    // No rule is made before an entry names it. Where an entry was lost, the next one names what stands.
    const isByHand = ({ place, adoption }: Binding) =>
      adoption === undefined && !isGuard({ place }) && byHand.has(placeKey(place)) && !holders.has(placeKey(place));
    const recorded = bindings.map((one) => (isByHand(one) ? one : untilRecorded(one, holders)));
    return { owner, bindings: recorded.map((binding) => withSession(binding, entry)) };
  });
}

type Holders = ReadonlyMap<string, ReadonlySet<string>>;

/** By placeKey: the UIDs of those who have a rule by the record, and want it, or may want it: they cannot be read. */
function holdersOf(claims: readonly Claim[], record: BalancerRecord | undefined): Holders {
  const holders = new Map<string, Set<string>>();
  const wanted = new Set(claims.flatMap(({ bindings }) => bindings.map(bindingKey)));
  const unplaced = claims.flatMap(({ bindings }) => bindings.filter(({ isPlaceUnknown }) => isPlaceUnknown === true));
  const unread = new Set(unplaced.map(({ owner, place }) => `${owner.uid} ${place.protocol}`));
  for (const { uid, rules = [] } of record?.owners ?? []) {
    const mayWant = (rule: RulePlace) => wanted.has(claimKey(uid, rule)) || unread.has(`${uid} ${rule.protocol}`);
    for (const place of rules.filter(mayWant)) {
      const key = placeKey(place);
      holders.set(key, (holders.get(key) ?? new Set<string>()).add(uid));
    }
  }
  return holders;
}

function untilRecorded(binding: Binding, holders: Holders): Binding {
  const { place, incomplete, owner } = binding;
  if (!isRule(place) || incomplete !== undefined) return binding;
  const uids = holders.get(placeKey(place));
  if (uids === undefined) return { ...binding, incomplete: notRecorded };
  return uids.has(owner.uid) ? binding : { ...binding, isTaken: true };
}

/** Nothing but its record is missing. */
export function isUnrecorded({ incomplete }: Binding): boolean {
  return incomplete === notRecorded;
}

const notRecorded: Finding = {
  severity: 'Normal',
  reason: 'LoadBalancerNotReady',
  message: 'the rule is made as soon as it is recorded',
};

/**
 * spec.sessionAffinity of an owner that never said "ClientIP" is None, as Kubernetes has it by default: then
 * persistence that somebody set on the CLB stays. What we have switched on for it is switched off.
 */
function withSession(binding: Binding, entry: RecordedOwner | undefined): Binding {
  if (entry?.hasSessions !== true) return binding;
  return isRule(binding.place)
    ? { ...binding, ruleSettings: withSeconds(binding.ruleSettings, binding) }
    : { ...binding, listenerSettings: withSeconds(binding.listenerSettings, binding) };
}

/** ClientIP comes before what a TkeServiceConfig says, and None, which nobody has to write, after it. */
function withSeconds<S extends Sessions>(
  settings: S,
  { sessionAffinitySeconds: seconds, isConfigUnknown }: Binding,
): S {
  if (seconds !== undefined) return { ...settings, sessionExpireTime: seconds };
  return isConfigUnknown === true ? settings : { sessionExpireTime: 0, ...settings };
}

type Sessions = ListenerSettings | RuleSettings;
