import { canonicalIp } from '../../model/address-family.ts';
import { wildcardDomain } from '../../model/wildcard-domain.ts';

/** A domain of a rule has 1 to 80 letters (RuleInput.Domain, doc 214/30693). */
const mostLetters = 80;

/** What a CLB calls the host of an Ingress, or why it cannot. */
export type MappedHost = { readonly domain: string; readonly why?: undefined } | { readonly why: string };

/**
 * A "*" of an Ingress is one label, and that of a CLB any number: so it is a regular expression, which a CLB tries
 * after all exact names (doc 214/9032). An empty host means requests for every host.
 */
export function mapHost(host: string): MappedHost {
  if (host === '') return { domain: '' };
  // A CLB has its own address for a rule without a host: that of an address would be seen as the other one.
  if (canonicalIp(host) !== undefined) {
    return { why: 'is an address; leave it out: rules without a host are those of requests by address' };
  }
  if (!/^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(host)) {
    return { why: 'is no host name; write one in lower case, such as www.example.com or *.example.com' };
  }
  const domain = isWildcard(host) ? wildcardDomain(withoutStar(host)) : host;
  const most = isWildcard(host) ? 'about 60' : mostLetters;
  return domain.length > mostLetters ? { why: `is too long for a CLB; write at most ${most} letters` } : { domain };
}

/** TKE takes a "*" as the CLB has it. */
export function mapHostOnTke(host: string): MappedHost {
  const mapped = mapHost(host);
  return mapped.why === undefined && isWildcard(host) ? { domain: host } : mapped;
}

export function isWildcard(host: string): boolean {
  return host.startsWith('*.');
}

/** The check of a wildcard must name a host without one (doc 214/30694). */
export function withoutStar(host: string): string {
  return host.slice(2);
}

/** The wildcard that covers a host, as Kubernetes has it: "*" is one label. */
export function patternOf(host: string): string {
  const dot = host.indexOf('.');
  return dot < 0 ? host : `*${host.slice(dot)}`;
}
