import { ApiError } from '../../errors/api-error.ts';
import { familyOf, type AddressFamily } from '../../state/address-family.ts';
import type { LoadBalancer } from '../../state/model.ts';
import { isL7, type Place } from '../../state/place.ts';

type Ipv6Mode = LoadBalancer['ipv6Mode'];

/** By AddressIPVersion of CreateLoadBalancer, in any case. */
const modes: ReadonlyMap<string, Ipv6Mode> = new Map<string, Ipv6Mode>([
  ['IPV4', null],
  ['IPV6', 'IPv6Nat64'],
  ['IPV6FULLCHAIN', 'IPv6FullChain'],
]);

/** What kind of IPv6 load balancer a request asks for; null asks for IPv4. */
export function ipv6ModeOf(version = 'IPV4'): Ipv6Mode {
  const mode = modes.get(version.toUpperCase());
  if (mode !== undefined) return mode;
  const message = `AddressIPVersion ${version} is not one of IPV4, IPV6 and IPv6FullChain.`;
  throw new ApiError('InvalidParameterValue', message);
}

/** The AddressIPVersion that asks for a load balancer like this one. */
export function versionOf(mode: Ipv6Mode): string {
  return [...modes].find(([, one]) => one === mode)?.[0] ?? 'IPV4';
}

function targetFamilyOf({ ipv6Mode }: LoadBalancer): AddressFamily {
  return ipv6Mode === 'IPv6FullChain' ? 'IPv6' : 'IPv4';
}

/** Why an address cannot be a target here; rules take both families where MixIpTarget is on. */
export function whyWrongFamily({ loadBalancer, listener }: Place, ip: string): string | undefined {
  const family = targetFamilyOf(loadBalancer);
  const takesBoth = loadBalancer.mixIpTarget && isL7(listener.protocol);
  if (familyOf(ip) === family || takesBoth) return undefined;
  return `The target ${ip} is ${familyOf(ip)}, and ${listener.id} of ${loadBalancer.id} sends to ${family}.`;
}

/** IPv6 load balancers check at most every 5 s (comment of HealthCheck.IntervalTime). */
const shortestIpv6S = 5;

/** Refuses an interval that this load balancer's checks cannot have. */
export function checkInterval({ ipv6Mode }: LoadBalancer, check: { IntervalTime?: number } | undefined): void {
  const { IntervalTime = shortestIpv6S } = check ?? {};
  if (ipv6Mode === null || IntervalTime >= shortestIpv6S) return;
  const message = `IntervalTime of an IPv6 load balancer is from ${shortestIpv6S} to 300.`;
  throw new ApiError('InvalidParameterValue.Range', message);
}
