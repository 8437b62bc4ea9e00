import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { describeBalancer } from '../model/balancer-ref.ts';
import type { Binding } from '../model/binding.ts';
import { isGuard } from '../model/guard.ts';
import type { ObservedListener } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { isRule } from '../model/place.ts';
import type { Conflict } from './conflict.ts';
import { byAge, byAgeOfOwner, type Contender } from './contender.ts';
import type { Facts } from './facts.ts';
import { groupOfListener, sharedGroup } from './listener-name.ts';

/** A claim on a rule of a host that belongs to another namespace. */
export interface HostDenial {
  readonly conflict: Conflict;
  /** When it is kept no longer for a namespace that left it. */
  readonly endsInMs?: number;
}

/**
 * What stands against claims on rules of a host that belongs to another namespace: the one that has rules of it, or
 * while nobody has, the one that left it a while ago, or else that of the oldest owner that wants it. Otherwise any
 * namespace could take paths of a host, and whoever is made again would lose it.
 */
export function hostDenials(contenders: readonly Contender[], facts: Facts): readonly HostDenial[] {
  if (facts.policy.sharesHosts === true) return [];
  const standing = namespacesThatHave(facts);
  const left = lastLeft(facts);
  const first = namespacesThatCameFirst(contenders);
  return contenders.flatMap(({ owner, binding }) => {
    const host = hostOf(binding);
    if (host === undefined) return [];
    const kept = standing.has(host) ? undefined : left.get(host);
    const namespaces = standing.get(host) ?? kept?.namespaces ?? first.get(host) ?? new Set();
    if (namespaces.has(owner.namespace)) return [];
    return [{ conflict: hostOfOthers(binding, host), ...(kept === undefined ? {} : { endsInMs: kept.endsInMs }) }];
  });
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

interface LeftHost {
  readonly namespaces: ReadonlySet<string>;
  readonly endsInMs: number;
}

/** By host: who left its last rule. */
function lastLeft({ policy, nowMs }: Facts): ReadonlyMap<string, LeftHost> {
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

function namespacesThatCameFirst(contenders: readonly Contender[]): NamespacesByHost {
  const youngestFirst = contenders.toSorted(byAge).toReversed();
  return new Map(
    youngestFirst.flatMap(({ owner, binding }) => {
      const host = hostOf(binding);
      return host === undefined ? [] : [[host, new Set([owner.namespace])] as const];
    }),
  );
}

/** Of a rule on a listener that several share; empty for requests of every host. */
function hostOf({ place, hasOwnListener, existing }: Binding): string | undefined {
  const isShared = hasOwnListener !== true && existing === undefined;
  return isShared && isRule(place) && !isGuard({ place }) ? place.domain : undefined;
}

/** It names nobody else: who has the host concerns others. */
function hostOfOthers(binding: Binding, host: string): Conflict {
  const named = host === '' ? 'requests for every host' : `host ${safeText(host, 80)}`;
  const message =
    `Choose another host or another CLB, or ask an administrator to let namespaces share hosts (clb-direct's setting ` +
    `SHARED_HOSTS): another namespace was the first with ${named} on ${describeBalancer(binding.balancer)}. ` +
    'No rule is made for it here.';
  return { binding, finding: { severity: 'Warning', reason: 'RuleConflict', message } };
}
