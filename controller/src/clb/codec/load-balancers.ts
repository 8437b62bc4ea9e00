import type { AddressFamily } from '../../core/model/address-family.ts';
import type { LoadBalancerAnswer } from '../../core/model/clb-port.ts';
import type { LoadBalancerSettings } from '../../core/model/settings.ts';
import type { Answer, Request } from '../actions.ts';
import { given, required, textOrNothing, type Item } from './fields.ts';

/** Undefined: no such CLB. */
export function toLoadBalancer(id: string, answer: Answer<'DescribeLoadBalancers'>): LoadBalancerAnswer | undefined {
  const set = required(answer.LoadBalancerSet, 'LoadBalancerSet');
  const found = set.find((one) => one.LoadBalancerId === id);
  if (found === undefined) return undefined;
  return {
    id,
    vips: found.LoadBalancerVips ?? [],
    domain: textOrNothing(found.LoadBalancerDomain) ?? textOrNothing(found.Domain),
    vpcId: found.VpcId ?? '',
    targetFamily: targetFamilyOf(found),
    usable: found.Status === 1,
    isInternal: found.LoadBalancerType === 'INTERNAL',
    settings: toSettings(found),
  };
}

export function toLoadBalancerIds(answer: Answer<'DescribeLoadBalancers'>): readonly string[] {
  return required(answer.LoadBalancerSet, 'LoadBalancerSet').flatMap(({ LoadBalancerId }) => LoadBalancerId ?? []);
}

type LoadBalancer = Item<Answer<'DescribeLoadBalancers'>['LoadBalancerSet']>;

/** A CLB with an IPv6 address in front of IPv4 targets (mode IPv6Nat64) is the older kind. */
function targetFamilyOf({ AddressIPVersion: version, IPv6Mode: mode }: LoadBalancer): AddressFamily {
  const isIpv6 = version?.toLowerCase() === 'ipv6' && mode?.toLowerCase() !== 'ipv6nat64';
  return isIpv6 ? 'IPv6' : 'IPv4';
}

function toSettings(found: LoadBalancer): LoadBalancerSettings {
  return given<LoadBalancerSettings>({
    name: found.LoadBalancerName,
    deleteProtect: found.AttributeFlags?.includes('DeleteProtect'),
    passToTarget: found.LoadBalancerPassToTarget,
  });
}

/** DeleteProtect is no field of this request: it is set afterwards. */
export function toCreateRequest(
  { name, passToTarget }: LoadBalancerSettings,
  token: string,
): Request<'CreateLoadBalancer'> {
  return {
    LoadBalancerType: 'OPEN',
    ClientToken: token,
    ...given<Request<'CreateLoadBalancer'>>({ LoadBalancerName: name, LoadBalancerPassToTarget: passToTarget }),
  };
}

export function toModifyRequest(
  id: string,
  { name, deleteProtect, passToTarget }: LoadBalancerSettings,
): Request<'ModifyLoadBalancerAttributes'> {
  return {
    LoadBalancerId: id,
    ...given<Request<'ModifyLoadBalancerAttributes'>>({
      LoadBalancerName: name,
      DeleteProtect: deleteProtect,
      LoadBalancerPassToTarget: passToTarget,
    }),
  };
}
