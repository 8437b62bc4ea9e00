import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { describeBalancer } from '../model/balancer-ref.ts';
import type { Binding } from '../model/binding.ts';
import { isGuard } from '../model/guard.ts';
import { ourPlaces } from '../model/observed.ts';
import { isRule } from '../model/place.ts';
import type { Conflict } from './conflict.ts';
import { byAge, byAgeOfOwner, type Contender } from './contender.ts';
import type { Facts } from './facts.ts';

/**
 * What stands against claims on rules of a host that belongs to another namespace: the one that has rules of it, or
 * while nobody has, that of the oldest owner that wants it. Otherwise any namespace could take paths of a host.
 */
export function hostDenials(contenders: readonly Contender[], facts: Facts): readonly Conflict[] {
  if (facts.policy.sharesHosts === true) return [];
  const standing = namespacesThatHave(facts);
  const first = namespacesThatCameFirst(contenders);
  return contenders.flatMap(({ owner, binding }) => {
    const host = hostOf(binding);
    if (host === undefined) return [];
    const namespaces = standing.get(host) ?? first.get(host) ?? new Set();
    return namespaces.has(owner.namespace) ? [] : [hostOfOthers(binding, host)];
  });
}

type NamespacesByHost = ReadonlyMap<string, ReadonlySet<string>>;

/** Of several whose record names a rule the oldest gets it: see assign-places.ts. */
function namespacesThatHave({ observed, owners }: Facts): NamespacesByHost {
  const oldestFirst = owners.toSorted(byAgeOfOwner);
  const found = new Map<string, Set<string>>();
  for (const [, { place, ownerUids }] of ourPlaces(observed)) {
    const holder = oldestFirst.find(({ uid }) => ownerUids.includes(uid));
    if (isRule(place) && holder !== undefined) {
      found.set(place.domain, (found.get(place.domain) ?? new Set()).add(holder.namespace));
    }
  }
  return found;
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
