import type { Binding } from '../model/binding.ts';
import { isGuard } from '../model/guard.ts';
import type { ObservedListener } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { isRule } from '../model/place.ts';
import { wildcardsOver } from '../model/wildcard-domain.ts';
import { byAge, byAgeOfOwner, type Contender } from './contender.ts';
import type { Facts } from './facts.ts';
import { groupOfListener, sharedGroup } from './listener-name.ts';

/** Which namespaces have a host. */
export interface Holders {
  readonly namespaces: ReadonlySet<string>;
  /** When it is kept no longer for a namespace that left it. */
  readonly endsInMs?: number;
}

/** Each host is first that of whoever has it itself, then that of whoever has the narrowest wildcard for it. */
export function holdersIn(contenders: readonly Contender[], facts: Facts): (host: string) => Holders {
  const standing = namespacesThatHave(facts);
  const left = lastLeft(facts);
  const eldest = eldestByHost(contenders);
  const holding = (host: string): Holders | undefined => {
    const namespaces = standing.get(host);
    return namespaces === undefined ? left.get(host) : { namespaces };
  };
  return (host) => {
    const names = [host, ...wildcardsOver(host)];
    const [held] = names.flatMap((name) => holding(name) ?? []);
    const [first] = names.flatMap((name) => eldest.get(name) ?? []).toSorted(byAge);
    return held ?? { namespaces: new Set(first === undefined ? [] : [first.owner.namespace]) };
  };
}

type NamespacesByHost = ReadonlyMap<string, ReadonlySet<string>>;

/** A listener of its own, as a Service has it, says nothing of whose the host is where owners share one. */
function namespacesThatHave({ observed, owners, clusterId }: Facts): NamespacesByHost {
  const isShared = ({ name }: ObservedListener) => (groupOfListener(name, clusterId) ?? sharedGroup) === sharedGroup;
  const rules = (observed?.listeners ?? []).filter((one) => one.isOurs && isShared(one)).flatMap((one) => one.rules);
  const oldestFirst = owners.toSorted(byAgeOfOwner);
  const named = rules.map(({ place, ownerUids }) => {
    return { host: place.domain, owners: oldestFirst.filter(({ uid }) => ownerUids.includes(uid)) };
  });
  // A rule that a person made gives its host to nobody.
  const byHost = Map.groupBy(
    named.filter((rule) => rule.owners.length > 0),
    ({ host }) => host,
  );
  return new Map([...byHost].map(([host, some]) => [host, namespacesOf(some)]));
}

/** By host: who left its last rule. */
function lastLeft({ policy, nowMs }: Facts): ReadonlyMap<string, Holders> {
  const all = policy.held.flatMap(({ host, leftAtMs, owner: { namespace } }) =>
    host === undefined || leftAtMs === undefined ? [] : [{ host, leftAtMs, namespaces: new Set([namespace]) }],
  );
  return new Map(
    all
      .toSorted((a, b) => a.leftAtMs - b.leftAtMs)
      .map(({ host, leftAtMs, namespaces }) => [
        host,
        { namespaces, endsInMs: leftAtMs + policy.reservationMs - nowMs },
      ]),
  );
}

interface NamedRule {
  /** Whose records name the rule, the oldest first: owners that want it at once are all recorded before it is made. */
  readonly owners: readonly OwnerView[];
}

/** A rule that records of several namespaces name is that of one that has the host anyway, else of the oldest owner. */
function namespacesOf(rules: readonly NamedRule[]): ReadonlySet<string> {
  const [sure, unsure] = [rules.filter(isOfOne), rules.filter((rule) => !isOfOne(rule))];
  const eldest = unsure.toSorted((a, b) => oldestFirst(a.owners[0], b.owners[0]));
  const found = new Set<string>();
  for (const { owners } of [...sure, ...eldest]) {
    const [oldest] = owners;
    if (oldest !== undefined && !owners.some(({ namespace }) => found.has(namespace))) found.add(oldest.namespace);
  }
  return found;
}

function isOfOne({ owners }: NamedRule): boolean {
  return new Set(owners.map(({ namespace }) => namespace)).size <= 1;
}

function oldestFirst(a: OwnerView | undefined, b: OwnerView | undefined): number {
  return a === undefined || b === undefined ? 0 : byAgeOfOwner(a, b);
}

function eldestByHost(contenders: readonly Contender[]): ReadonlyMap<string, Contender> {
  const youngestFirst = contenders.toSorted(byAge).toReversed();
  return new Map(
    youngestFirst.flatMap((contender) => {
      const host = hostOf(contender.binding);
      return host === undefined ? [] : [[host, contender] as const];
    }),
  );
}

/** Of a rule on a listener that several share; empty for requests of every host. */
export function hostOf({ place, hasOwnListener, existing }: Binding): string | undefined {
  const isShared = hasOwnListener !== true && existing === undefined;
  return isShared && isRule(place) && !isGuard({ place }) ? place.domain : undefined;
}
