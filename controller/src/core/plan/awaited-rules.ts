import { admits, ruleFor } from '@clb-direct/shared/domain/balancer-rules.ts';
import { balancerIdOf } from '../model/balancer-ref.ts';
import { isGuard } from '../model/guard.ts';
import { placeKey } from '../model/place.ts';
import type { Facts } from './facts.ts';
import { isUnrecorded } from './recorded.ts';

/**
 * By placeKey: rules that a claim gets as soon as they are recorded for it. One that its owner gives up stands until
 * then, so that it passes on in one piece. Across namespaces only a guard does, and rules where an administrator lets
 * namespaces share hosts: an owner would get the clients of another team.
 */
export function awaitedRules({ claims, owners, observed, policy }: Facts): ReadonlySet<string> {
  const waiting = claims.flatMap(({ bindings }) => bindings.filter(isUnrecorded));
  if (waiting.length === 0) return new Set();
  const rules = (observed?.listeners ?? []).flatMap((listener) => listener.rules);
  const namespaceOf = new Map(owners.map(({ uid, namespace }) => [uid, namespace]));
  const passes = waiting.filter(({ owner, place, balancer }) => {
    if (isGuard({ place })) return true;
    const standing = rules.find((rule) => placeKey(rule.place) === placeKey(place));
    const rule = ruleFor(policy.rules, balancerIdOf(balancer) ?? '');
    const isAdmitted = rule === undefined || admits(rule, owner.namespace);
    const isOfTeam = (uid: string) => policy.sharesHosts === true || namespaceOf.get(uid) === owner.namespace;
    return isAdmitted && standing?.ownerUids.some(isOfTeam) === true;
  });
  return new Set(passes.map(({ place }) => placeKey(place)));
}
