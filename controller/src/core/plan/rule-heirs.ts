import type { Binding } from '../model/binding.ts';
import type { DesiredLoadBalancer } from '../model/desired.ts';
import { isRule, placeKey, type RulePlace } from '../model/place.ts';
import { isWildcardOf } from '../model/wildcard-domain.ts';

/**
 * Who gets requests of a rule of a shared listener when it goes: claims of its owner whose host and URL cover it, on
 * the same listener or on another one, as when a host gets TLS. Only these have to serve first: another path that is
 * broken holds nothing up. A claim that gets no place because others have it is none.
 */
export function heirsOf(gone: RulePlace, claims: readonly Binding[], desired: DesiredLoadBalancer): readonly Binding[] {
  const wanted = new Set(desired.listeners.flatMap(({ rules }) => rules.flatMap(keysOfRule)));
  const isHopeful = ({ incomplete, owner, place }: Binding) =>
    incomplete !== undefined || wanted.has(`${owner.uid} ${placeKey(place)}`);
  return claims.filter((claim) => isRule(claim.place) && inherits(claim.place, gone) && isHopeful(claim));
}

function keysOfRule({ place, owners }: DesiredLoadBalancer['listeners'][number]['rules'][number]): readonly string[] {
  return owners.map(({ uid }) => `${uid} ${placeKey(place)}`);
}

/** It gets requests of the other one, when that goes. */
export function inherits(heir: RulePlace, gone: RulePlace): boolean {
  if (!coversDomain(heir.domain, gone.domain)) return false;
  if (isExpression(heir.url)) return true;
  const path = pathOf(gone.url);
  // An exact path of the same name, and what a wider prefix is split into, get the requests too.
  return path.startsWith(pathOf(heir.url)) ? !isExact(heir.url) || path === pathOf(heir.url) : isPart(heir.url, gone);
}

function isPart(url: string, gone: RulePlace): boolean {
  return !isExact(gone.url) && stemOf(pathOf(url)) === stemOf(gone.url);
}

function coversDomain(heir: string, gone: string): boolean {
  return heir === gone || heir === '' || isWildcardOf(heir, gone);
}

/** What a regular expression takes is not looked into: it counts as all. */
function isExpression(url: string): boolean {
  return url.startsWith('~');
}

function isExact(url: string): boolean {
  return url.startsWith('=');
}

function pathOf(url: string): string {
  return url.replace(/^(=|\^~|~\*|~)/, '');
}

function stemOf(path: string): string {
  return path.replace(/\/$/, '');
}
