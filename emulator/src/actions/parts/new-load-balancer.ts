import type { InternetAccessible } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../../errors/api-error.ts';
import { checkQuota } from '../../limits/quotas.ts';
import { canonicalIp, familyOf } from '../../state/address-family.ts';
import { newId } from '../../state/ids.ts';
import type { InternetAccess, LoadBalancer, LoadBalancerSettings } from '../../state/model.ts';
import { plainInternet, plainLoadBalancer } from '../../state/plain.ts';
import { isVipTaken, nextFreeVip } from '../../state/vip-pool.ts';
import type { ActionContext, RequestOf } from './action.ts';
import { ipv6ModeOf } from './address-versions.ts';
import { regionalLoadBalancers } from './lookup.ts';

type Request = RequestOf<'CreateLoadBalancer'>;

function checkVip(wanted: string, isIpv6: boolean): void {
  const family = isIpv6 ? 'IPv6' : 'IPv4';
  if (canonicalIp(wanted) !== undefined && familyOf(wanted) === family) return;
  throw new ApiError('InvalidParameter.FormatError', `The VIP ${wanted} is not an ${family} address.`);
}

function chooseVip({ Vip, AddressIPVersion }: Request, context: ActionContext): string {
  const { store } = context;
  const isIpv6 = ipv6ModeOf(AddressIPVersion) !== null;
  if (Vip !== undefined) checkVip(Vip, isIpv6);
  const wanted = Vip === undefined ? undefined : canonicalIp(Vip);
  if (wanted !== undefined && isVipTaken(store, wanted)) {
    throw new ApiError('InvalidParameterValue.Duplicate', `The VIP ${wanted} is taken.`);
  }
  const vip = wanted ?? nextFreeVip(store, context, isIpv6);
  const range = isIpv6 ? context.ipv6Vips : context.vips;
  if (vip === undefined) throw new ApiError('ResourceInsufficient', `No VIP is free in ${range}.`);
  return vip;
}

/** Refuses when the region's quota does not allow as many more. */
export function checkBalancerQuota(context: ActionContext, type: string, count: number): void {
  const { openLoadBalancers, internalLoadBalancers } = context.quotas;
  const bound = regionalLoadBalancers(context).filter((it) => it.type === type).length;
  checkQuota(`${type} load balancers`, bound, count, type === 'OPEN' ? openLoadBalancers : internalLoadBalancers);
}

/** What a request says of traffic to the internet; the rest stays as before. */
export function toInternet(request: InternetAccessible | undefined, before: InternetAccess | null) {
  if (!request) return before;
  const usual = before ?? plainInternet;
  return {
    chargeType: request.InternetChargeType ?? usual.chargeType,
    maxBandwidthMbps: request.InternetMaxBandwidthOut ?? usual.maxBandwidthMbps,
    packageType: request.BandwidthpkgSubType ?? usual.packageType,
  };
}

/** What only one of the two kinds has, unless it is asked for. */
function networkOf({ LoadBalancerType, InternetAccessible, VipIsp, MasterZoneId, ZoneId }: Request) {
  const isInternal = LoadBalancerType === 'INTERNAL';
  return {
    internet: toInternet(InternetAccessible, isInternal ? null : plainInternet),
    isp: VipIsp ?? (isInternal ? 'INTERNAL' : plainLoadBalancer.isp),
    masterZone: MasterZoneId ?? ZoneId ?? null,
  };
}

/**
 * The name that was asked for. A name that exists already is replaced by a generated one, and a name counts only when
 * one load balancer is made (comment of CreateLoadBalancerRequest.LoadBalancerName). The generated name is the id.
 */
function nameOf({ LoadBalancerName: name, Number: count = 1 }: Request, id: string, { store }: ActionContext): string {
  const isTaken = [...store.loadBalancers.values()].some((other) => other.name === name);
  return name === undefined || count > 1 || isTaken ? id : name;
}

function settingsOf(request: Request, id: string, context: ActionContext): LoadBalancerSettings {
  return {
    ...plainLoadBalancer,
    name: nameOf(request, id, context),
    projectId: request.ProjectId ?? plainLoadBalancer.projectId,
    tags: request.Tags ?? [],
    passToTarget: request.LoadBalancerPassToTarget ?? plainLoadBalancer.passToTarget,
    snatPro: request.SnatPro ?? plainLoadBalancer.snatPro,
    snatIps: (request.SnatIps ?? []).map(({ SubnetId, Ip = '' }) => ({ SubnetId, Ip })),
    slaType: request.SlaType ?? plainLoadBalancer.slaType,
    chargeType: request.LBChargeType ?? plainLoadBalancer.chargeType,
    ...networkOf(request),
    usable: false,
  };
}

/** A load balancer as a request asks for it; not usable yet. */
export function newLoadBalancer(request: Request, context: ActionContext): LoadBalancer {
  const id = newId('lb', context);
  return {
    ...settingsOf(request, id, context),
    id,
    type: request.LoadBalancerType === 'INTERNAL' ? 'INTERNAL' : 'OPEN',
    region: context.region,
    vpcId: request.VpcId ?? 'vpc-default',
    subnetId: request.SubnetId ?? null,
    vips: [chooseVip(request, context)],
    ipv6Mode: ipv6ModeOf(request.AddressIPVersion),
    domain: request.DynamicVip === true ? `${id}.${context.region}.clb.example` : null,
    createdAtMs: context.clock.now(),
    listeners: [],
  };
}
