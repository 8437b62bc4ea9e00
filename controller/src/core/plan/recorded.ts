import { balancerIdOf } from '../model/balancer-ref.ts';
import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Binding } from '../model/binding.ts';
import type { OwnerView } from '../model/owner-view.ts';
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
  const written = (record?.owners ?? []).flatMap(({ uid, rules = [] }) => rules.map((place) => ({ uid, place })));
  const redirects = new Set((record?.owners ?? []).flatMap((owner) => (owner.redirects ?? []).map(placeKey)));
  const wanted = owners.flatMap(({ uid, bindings }) => {
    const here = bindings.filter((one) => one.hasOwnListener === true && balancerIdOf(one.balancer) === balancerId);
    return here.flatMap(({ place }) => (isRule(place) ? [{ uid, place }] : []));
  });
  const byRule = Map.groupBy([...written, ...wanted], ({ place }) => placeKey(place));
  return [...byRule].flatMap(([key, same]) => {
    const place: RulePlace | undefined = same[0]?.place;
    const mayRedirect = redirects.has(key) ? { mayRedirect: true } : {};
    return place === undefined ? [] : [{ place, ownerUids: [...new Set(same.map(({ uid }) => uid))], ...mayRedirect }];
  });
}

/** What a claim may do as far as the record goes: nothing is made, or will be undone later, that it does not name. */
export function asRecorded(claims: readonly Claim[], record: BalancerRecord | undefined): readonly Claim[] {
  return claims.map(({ owner, bindings }) => {
    const entry = record?.owners.find(({ uid }) => uid === owner.uid);
    return { owner, bindings: bindings.map((binding) => withSession(untilRecorded(binding, entry), entry)) };
  });
}

function untilRecorded(binding: Binding, entry: RecordedOwner | undefined): Binding {
  const { place, incomplete } = binding;
  if (!isRule(place) || incomplete !== undefined) return binding;
  const isRecorded = entry?.rules?.some((rule) => placeKey(rule) === placeKey(place)) === true;
  return isRecorded ? binding : { ...binding, incomplete: notRecorded };
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
function withSeconds<S extends Sessions>(settings: S, { sessionAffinitySeconds: seconds }: Binding): S {
  return seconds === undefined ? { sessionExpireTime: 0, ...settings } : { ...settings, sessionExpireTime: seconds };
}

type Sessions = ListenerSettings | RuleSettings;
