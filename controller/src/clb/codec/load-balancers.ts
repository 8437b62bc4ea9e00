import type { AddressFamily } from '../../core/model/address-family.ts';
import type { LoadBalancerAnswer, NewLoadBalancer, TaggedBalancer } from '../../core/model/clb-port.ts';
import type { BalancerWish, Tags } from '../../core/model/owned-balancer.ts';
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
    vips: vipsOf(found),
    domain: textOrNothing(found.LoadBalancerDomain) ?? textOrNothing(found.Domain),
    vpcId: found.VpcId ?? '',
    targetFamily: targetFamilyOf(found),
    usable: found.Status === 1,
    tags: toTags(found),
    isInternal: found.LoadBalancerType === 'INTERNAL',
    hasSnatPro: found.SnatPro === true,
    settings: toSettings(found),
  };
}

export function toTaggedBalancers(answer: Answer<'DescribeLoadBalancers'>): readonly TaggedBalancer[] {
  return required(answer.LoadBalancerSet, 'LoadBalancerSet').flatMap((one) => {
    const id = one.LoadBalancerId ?? '';
    return id === '' ? [] : [{ id, tags: toTags(one), usable: one.Status === 1 }];
  });
}

function toTags({ Tags: tags }: LoadBalancer): Tags {
  return Object.fromEntries((tags ?? []).map(({ TagKey, TagValue }) => [TagKey ?? '', TagValue ?? '']));
}

type LoadBalancer = Item<Answer<'DescribeLoadBalancers'>['LoadBalancerSet']>;

/** Of both families, where it has both. */
function vipsOf({ LoadBalancerVips: vips, AddressIPv6: ipv6 }: LoadBalancer): readonly string[] {
  const more = textOrNothing(ipv6);
  return [...new Set([...(vips ?? []), ...(more === undefined ? [] : [more])])];
}

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
    securityGroups: found.SecureGroups ?? [],
  });
}

/** What is ours to say stands last: no parameter of a user replaces it. */
export function toCreateRequest({ wish, vpcId, tags }: NewLoadBalancer, token: string): Request<'CreateLoadBalancer'> {
  const all = { ...wish.tags, ...tags };
  return {
    LoadBalancerName: wish.name,
    ...given<Request<'CreateLoadBalancer'>>({
      SubnetId: wish.subnetId,
      InternetAccessible: toInternet(wish),
      LoadBalancerPassToTarget: wish.passToTarget,
    }),
    ...wish.parameters,
    LoadBalancerType: wish.type,
    VpcId: vpcId,
    Number: 1,
    ClientToken: token,
    Tags: Object.entries(all).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  };
}

function toInternet({ chargeType, bandwidthMbps }: BalancerWish) {
  if (chargeType === undefined && bandwidthMbps === undefined) return undefined;
  return given<NonNullable<Request<'CreateLoadBalancer'>['InternetAccessible']>>({
    InternetChargeType: chargeType,
    InternetMaxBandwidthOut: bandwidthMbps,
  });
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
