import type { DesiredLoadBalancer, DesiredRule } from '../model/desired.ts';
import type { ObservedListener, ObservedLoadBalancer, ObservedRedirect, ObservedRule } from '../model/observed.ts';
import { placeKey, type RulePlace } from '../model/place.ts';
import type { Redirect } from '../model/redirect.ts';
import type { CreateRedirect, DeleteRedirect, StepReason } from '../model/step.ts';
import { isServing } from '../model/target.ts';
import { standingFor } from './bound-place.ts';
import type { RedirectInTheWay } from './redirect-in-the-way.ts';

/** Makes the redirects that are wanted and can stand, and deletes those that rules of ours do not want any more. */
export function planRedirects(
  desired: DesiredLoadBalancer,
  observed: ObservedLoadBalancer,
): readonly (CreateRedirect | DeleteRedirect)[] {
  return sourcesOf(desired, observed).flatMap((source) => planRedirect(source, { desired, observed }));
}

/** Those that a person made at rules of ours that are to redirect. */
export function redirectsInstead(desired: DesiredLoadBalancer, observed: ObservedLoadBalancer) {
  return sourcesOf(desired, observed).flatMap((source): readonly RedirectInTheWay[] => {
    const { wanted, listener } = source;
    const redirect = redirectAt(source);
    const isAsked = wanted.redirect !== undefined && wanted.redirect !== 'as-it-stands';
    if (redirect === undefined || redirect.isOurs || !isAsked) return [];
    const owners = wanted.owners.map(({ uid }) => uid);
    return [{ listener, redirect, of: 'redirect', place: wanted.place, owners }];
  });
}

interface Source {
  readonly listener: ObservedListener;
  readonly rule: ObservedRule;
}

interface Trees {
  readonly desired: DesiredLoadBalancer;
  readonly observed: ObservedLoadBalancer;
}

interface WantedSource extends Source {
  readonly wanted: DesiredRule;
}

/** Every rule that is wanted and stands. */
function sourcesOf({ listeners }: DesiredLoadBalancer, observed: ObservedLoadBalancer): readonly WantedSource[] {
  return listeners.flatMap((desired) => {
    const listener = standingFor(desired, observed.listeners);
    if (listener === undefined) return [];
    return desired.rules.flatMap((wanted) => {
      const rule = ruleAt(listener, wanted.place);
      return rule === undefined ? [] : [{ wanted, listener, rule }];
    });
  });
}

/** A rule has one redirect at most, so another one goes before it; one that a person made is left alone. */
function planRedirect(source: WantedSource, trees: Trees): readonly (CreateRedirect | DeleteRedirect)[] {
  const { redirect } = source.wanted;
  const now = redirectAt(source);
  if (redirect === 'as-it-stands' || now?.isOurs === false) return [];
  if (redirect === undefined) return now === undefined ? [] : [deleteRedirect(now, source, 'not-wanted')];
  const create = createRedirect(redirect, source, trees);
  if (create === undefined || (now !== undefined && isSame(now, create))) return [];
  return now === undefined ? [create] : [deleteRedirect(now, source, 'replaced'), create];
}

function redirectAt({ listener, rule }: Source): ObservedRedirect | undefined {
  return listener.redirects?.find(({ locationId }) => locationId === rule.id);
}

/** undefined: it cannot be made yet. */
function createRedirect(
  { to, code, takesUrl }: Redirect,
  { wanted: { place, owners }, listener, rule }: WantedSource,
  trees: Trees,
): CreateRedirect | undefined {
  const uids = owners.map(({ uid }) => uid);
  const target = targetOf(to, owners, trees);
  if (target === undefined || rule.mayRedirect !== true || !isReady(rule, target.rule)) return undefined;
  const [address] = trees.observed.addresses;
  const byAddress = place.domain === '' && address !== undefined ? { address } : {};
  const about = { place, listenerId: listener.id, locationId: rule.id, owners: uids, ...byAddress };
  return { ...about, kind: 'create-redirect', to: target.id, code, takesUrl, reason: 'wanted' };
}

/**
 * The owner asks for this rule too. Where another one of its namespace was first there, that rule serves; it passes to
 * this owner when the other goes, so nobody's deletion waits. Where a Prefix has given way to an Exact path of another
 * namespace, whose deletion would wait, its other rule leads to the same path.
 */
function targetOf(to: RulePlace, asking: DesiredRule['owners'], { desired, observed }: Trees) {
  const namespaces = new Set(asking.map(({ namespace }) => namespace));
  const wanted = desired.listeners.flatMap(({ rules }) => rules);
  const own = wanted.filter(({ owners }) => owners.some(({ namespace }) => namespaces.has(namespace)));
  const ownKeys = new Set(own.map(({ place }) => placeKey(place)));
  const place = [to, belowIt(to)].find((one) => ownKeys.has(placeKey(one)));
  const found = observed.listeners.flatMap((listener) => {
    const rule = place !== undefined && listener.isOurs ? ruleAt(listener, place) : undefined;
    return rule === undefined ? [] : [{ rule, id: { listenerId: listener.id, locationId: rule.id } }];
  });
  return found[0];
}

/** The other rule of a Prefix path: see mapPaths. */
function belowIt(place: RulePlace): RulePlace {
  return { ...place, url: place.url.replace(/^=(.*[^/])$/, '$1/') };
}

function ruleAt({ rules }: ObservedListener, place: RulePlace): ObservedRule | undefined {
  return rules.find((rule) => rule.isOurs && placeKey(rule.place) === placeKey(place));
}

function isSame(now: ObservedRedirect, { to, code, takesUrl }: CreateRedirect): boolean {
  return now.to.locationId === to.locationId && now.code === code && now.takesUrl === takesUrl;
}

/** What serves requests goes on until the other rule does. */
function isReady(source: ObservedRule, target: ObservedRule): boolean {
  const carrying = ({ targets }: ObservedRule) => [...targets.values()].filter(({ weight }) => weight > 0);
  return carrying(source).length === 0 || carrying(target).some(({ health }) => isServing(health));
}

export function deleteRedirect(
  { locationId, to }: ObservedRedirect,
  { listener, rule }: Source,
  reason: StepReason,
): DeleteRedirect {
  const { place, ownerUids: owners } = rule;
  return { kind: 'delete-redirect', place, listenerId: listener.id, locationId, to, owners, reason };
}
