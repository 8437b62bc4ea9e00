import { guardDomain, guardUrl } from '../core/model/guard.ts';
import {
  addressAt,
  everyHost,
  hostOf,
  keyOf,
  namespaceOf,
  names,
  prefixUrl,
  secure,
  urls,
  yieldingUrl,
  type Asked,
  type Name,
  type Namespace,
  type Url,
} from './asked-ingress.ts';
import { serviceLines, type Neighbour } from './modelled-neighbour.ts';
import { balancers, type Balancer } from './modelled-services.ts';

/** One rule as a listener shows it. */
export interface Place {
  readonly balancer: Balancer;
  readonly port: number;
  readonly url: Url;
}

/** Which namespace has what several want; who came first decides, and that is not modelled. */
export interface Chosen {
  readonly sharesHosts: boolean;
  /** Those whose pods are there now. */
  namespacesAt(balancer: Balancer, means: (place: Place) => boolean): ReadonlySet<Namespace>;
  addressesAt(place: Place): readonly string[];
}

export type Claim = Asked & { readonly name: Name; readonly namespace: Namespace };

/** `from`: the path that asks for the rule. */
type UrlClaim = Claim & { readonly url: Url; readonly from: Url };

export type AskedByName = ReadonlyMap<Name, Asked>;

export function claimsOf(asked: AskedByName): readonly Claim[] {
  return names.flatMap((name): readonly Claim[] => {
    const one = asked.get(name);
    return one?.isOurs === true ? [{ ...one, name, namespace: namespaceOf(name) }] : [];
  });
}

/** Another Ingress wants something of a host of this one, so that it may wait for ever. */
export function hasRival(name: Name, asked: AskedByName): boolean {
  const own = asked.get(name);
  const hosts = new Set(own?.urls.map(hostOf));
  const others = claimsOf(asked).filter((one) => one.name !== name && one.balancer === own?.balancer);
  return others.some(({ urls: wanted }) => wanted.some((url) => hosts.has(hostOf(url))));
}

/** What has to stand in the end. A place is left out about which several Ingresses say different things. */
export function expectedIn(asked: AskedByName, neighbour: Neighbour | undefined, chosen: Chosen) {
  const held = new Set(balancers.flatMap((id) => admitted(id, asked, chosen)).map(({ name }) => name));
  const there = names.filter((name) => asked.has(name)).map((name) => `${keyOf(name)} ${String(held.has(name))}`);
  const all = balancers.flatMap((balancer) => expectedOn(balancer, asked, chosen));
  const linesOf = (part: 'rules' | 'redirects' | 'targets') => all.flatMap((one) => one[part]).toSorted();
  return {
    there: there.toSorted(),
    rules: linesOf('rules'),
    redirects: linesOf('redirects'),
    targets: linesOf('targets'),
    undecided: all.flatMap(({ undecided }) => undecided),
    services: neighbour === undefined ? [] : serviceLines(neighbour),
    // A host has one certificate, whoever wants which.
    certificates: all.map(({ rules }) => (rules.some((rule) => rule.includes(` 443 ${secure}`)) ? 1 : 0)),
  };
}

function expectedOn(balancer: Balancer, asked: AskedByName, chosen: Chosen) {
  const claims = admitted(balancer, asked, chosen);
  const served = urls.flatMap((url) => servedAt(url, claims).map((port): Place => ({ balancer, port, url })));
  const undecided = urls.filter((url) => isUndecided(claimsAt(url, claims)));
  const isOpen = ({ port, url }: Place) => port === 80 && undecided.includes(url);
  const redirects = served.filter((place) => !isOpen(place) && redirects80(place, claims));
  const targets = served.filter((place) => !isOpen(place) && !redirects.includes(place));
  return {
    rules: [...served.map(lineOf), ...guards(balancer, served)],
    redirects: redirects.map(lineOf),
    targets: targets.map((place) => `${lineOf(place)} ${addressNow(place, claims, chosen)}`),
    undecided: undecided.map((url) => lineOf({ balancer, port: 80, url })),
  };
}

/** Unless they share hosts, each host is that of one namespace. */
function admitted(balancer: Balancer, asked: AskedByName, chosen: Chosen): readonly UrlClaim[] {
  const claims = claimsOf(asked)
    .filter((one) => one.balancer === balancer)
    .flatMap(byUrl);
  if (chosen.sharesHosts) return claims;
  return claims.filter(({ url, namespace }) => {
    const host = hostOf(url);
    const rivals = claims.filter((other) => hostOf(other.url) === host);
    const now = [...chosen.namespacesAt(balancer, (place) => hostOf(place.url) === host)];
    const wanting = now.filter((one) => rivals.some((rival) => rival.namespace === one));
    return namespace === (wanting[0] ?? rivals[0]?.namespace);
  });
}

function byUrl(claim: Claim): readonly UrlClaim[] {
  const own = claim.urls.map((url): UrlClaim => ({ ...claim, url, from: url }));
  const yields = claim.urls.includes(prefixUrl) && !claim.urls.includes(yieldingUrl);
  return yields ? [...own, { ...claim, url: yieldingUrl, from: prefixUrl }] : own;
}

/** An Exact path comes before a Prefix. */
function claimsAt(url: Url, claims: readonly UrlClaim[]): readonly UrlClaim[] {
  const all = claims.filter((claim) => claim.url === url);
  const exact = all.filter(({ from }) => from === url);
  return exact.length > 0 ? exact : all;
}

function servedAt(url: Url, claims: readonly UrlClaim[]): readonly number[] {
  const isSecure = ({ tls }: UrlClaim) => tls !== 'none' && hostOf(url) === secure;
  const all = claimsAt(url, claims);
  const onHttp = all.some((claim) => !isSecure(claim) || claim.tls === 'redirect');
  return [...(onHttp ? [80] : []), ...(all.some(isSecure) ? [443] : [])];
}

function isUndecided(claims: readonly UrlClaim[]): boolean {
  const isRedirected = claims.some(({ tls, url }) => tls === 'redirect' && hostOf(url) === secure);
  const isOne = new Set(claims.map(({ tls, namespace }) => `${tls} ${namespace}`)).size === 1;
  return isRedirected && !isOne;
}

function redirects80({ port, url }: Place, claims: readonly UrlClaim[]): boolean {
  return port === 80 && hostOf(url) === secure && claimsAt(url, claims).every(({ tls }) => tls === 'redirect');
}

/** That of the claim that has the place. */
function addressNow(place: Place, claims: readonly UrlClaim[], chosen: Chosen): string {
  const { url } = place;
  const wanted = claimsAt(url, claims).map(({ namespace, from, targets }) => addressAt(namespace, from, targets));
  const now = chosen.addressesAt(place);
  return wanted.find((one) => now.includes(one)) ?? wanted[0] ?? '';
}

/** A listener whose requests of unknown hosts nobody asks for has a guard. */
function guards(balancer: Balancer, served: readonly Place[]): readonly string[] {
  const ports = [...new Set(served.map(({ port }) => port))];
  const isOpen = (port: number) => !served.some((one) => one.port === port && one.url === `${everyHost}/`);
  return ports.filter(isOpen).map((port) => `${balancer} ${port} ${guardDomain}${guardUrl}`);
}

function lineOf({ balancer, port, url }: Place): string {
  return `${balancer} ${port} ${url}`;
}
