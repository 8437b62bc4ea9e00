import type { DesiredListener, DesiredLoadBalancer, DesiredRule } from '../model/desired.ts';
import type { Owner } from '../model/owner.ts';
import { isRule, type RulePlace } from '../model/place.ts';
import type { ListenerSettings, LoadBalancerSettings } from '../model/settings.ts';
import { assignExisting, withoutExisting, type ExistingPlace } from './assign-existing.ts';
import { assignPlaces } from './assign-places.ts';
import type { Conflict } from './conflict.ts';
import { byAge, type Contender } from './contender.ts';
import type { Facts } from './facts.ts';
import { listenerName, sharedGroup } from './listener-name.ts';
import { missingSecrets, withOneDomain } from './one-domain.ts';
import type { PassingListener } from './passing-listener.ts';
import { admitClaims, type Admission } from './place-policy.ts';

export interface Desire {
  readonly desired: DesiredLoadBalancer;
  /** What claims get of listeners that somebody else made. */
  readonly existing: readonly ExistingPlace[];
  readonly conflicts: readonly Conflict[];
  readonly verdicts: Admission['verdicts'];
  readonly passing: readonly PassingListener[];
  /** A claim that may have its place waits until others free it. */
  readonly waitsForPlace: boolean;
  /** When a claim that was not admitted may be. */
  readonly dueInMs: number | undefined;
}

/** What should stand on the CLB: the claims of all owners, after policy and conflicts. */
export function desire(facts: Facts): Desire {
  const { ref, claims, observed } = facts;
  const admission = admitClaims(facts);
  const existing = assignExisting(admission.claims, facts);
  const own = withoutExisting(admission.claims);
  const { listeners, conflicts, passing } = assignPlaces(own, observed?.listeners ?? [], facts);
  const desired = {
    ref,
    owners: claims.map(({ owner }) => toOwner(owner)),
    settings: balancerSettings(facts),
    listeners: listeners.flatMap((contenders) => toListener(contenders, facts)),
  };
  const { denied, verdicts, dueInMs } = admission;
  return {
    desired,
    existing: existing.places,
    conflicts: [...denied, ...conflicts, ...existing.conflicts],
    verdicts,
    passing,
    waitsForPlace: conflicts.length > 0 || existing.conflicts.length > 0,
    dueInMs,
  };
}

/** Nothing is changed on a CLB that we did not make. */
function balancerSettings({ ref, claims }: Facts): LoadBalancerSettings {
  if (ref.kind === 'existing') return {};
  const wanted = claims.flatMap(({ bindings }) => bindings.map((binding) => binding.balancerSettings));
  return wanted.reduce((settings, one) => ({ ...one, ...settings }), {});
}

function toListener(contenders: readonly Contender[], facts: Facts): readonly DesiredListener[] {
  const [first] = contenders;
  if (first === undefined) return [];
  const { place } = first.binding;
  const { protocol, port } = place;
  const rules = contenders.flatMap(toRule);
  return [
    {
      place: { protocol, port },
      name: listenerName(facts.clusterId, isShared(first) ? sharedGroup : first.owner.uid),
      owners: distinctOwners(contenders),
      settings: settingsOf(contenders),
      rules: withOneDomain(rules, missingSecrets(contenders)),
    },
  ];
}

function isShared({ binding: { place, hasOwnListener } }: Contender): boolean {
  return isRule(place) && hasOwnListener !== true;
}

function toRule({ owner, binding }: Contender): readonly DesiredRule[] {
  if (!isRule(binding.place)) return [];
  const place: RulePlace = binding.place;
  const redirect = binding.redirect === undefined ? {} : { redirect: binding.redirect };
  return [{ place, owners: [toOwner(owner)], settings: binding.ruleSettings, ...redirect }];
}

/** The oldest owner of a shared listener decides on its settings; what it leaves to others, its namespace does. */
function settingsOf(contenders: readonly Contender[]): ListenerSettings {
  const eldestFirst = contenders.toSorted(byAge);
  const deciding = eldestFirst.filter(({ owner }) => owner.namespace === eldestFirst[0]?.owner.namespace);
  return deciding.reduceRight((settings, { binding }) => ({ ...settings, ...binding.listenerSettings }), {});
}

function distinctOwners(contenders: readonly Contender[]): readonly Owner[] {
  return [...new Map(contenders.map(({ owner }) => [owner.uid, toOwner(owner)])).values()];
}

function toOwner({ kind, namespace, name, uid }: Owner): Owner {
  return { kind, namespace, name, uid };
}
