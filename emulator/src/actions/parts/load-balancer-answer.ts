import type {
  InternetAccessible,
  LoadBalancer as LoadBalancerAnswer,
  ZoneInfo,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import type { LoadBalancer } from '../../state/model.ts';
import { targetsOf } from '../../state/place.ts';
import type { Answer } from './action.ts';
import { apiTime, numericalId } from './answer-values.ts';

/** How a load balancer's traffic to the internet is paid for. */
export function describeInternet({ internet }: LoadBalancer): Answer<InternetAccessible> | null {
  if (!internet) return null;
  const { chargeType, maxBandwidthMbps, packageType } = internet;
  return {
    InternetChargeType: chargeType,
    InternetMaxBandwidthOut: maxBandwidthMbps,
    BandwidthpkgSubType: packageType,
  };
}

function describeZone({ masterZone }: LoadBalancer): Answer<ZoneInfo> | null {
  if (masterZone === null) return null;
  return { ZoneId: /^\d{1,9}$/.test(masterZone) ? Number(masterZone) : numericalId(masterZone), Zone: masterZone };
}

/** The addresses that reads show: none while it is made, and none of one that clients know by its domain. */
export function shownVips({ usable, domain, vips }: LoadBalancer): readonly string[] {
  return usable && domain === null ? vips : [];
}

/** LoadBalancerVips has no IPv6 (bk-hcm reads both fields so). */
function describeAddresses(it: LoadBalancer) {
  const vips = shownVips(it);
  if (it.ipv6Mode === null) return { LoadBalancerVips: [...vips], AddressIPVersion: 'ipv4' };
  return {
    LoadBalancerVips: [],
    AddressIPVersion: 'ipv6',
    AddressIPv6: vips[0] ?? null,
    IPv6Mode: it.ipv6Mode,
  };
}

/** A load balancer as the reads of the API show it; TargetCount only for those who ask. */
export function describeLoadBalancer(it: LoadBalancer, extra: readonly string[] = []): Answer<LoadBalancerAnswer> {
  return {
    LoadBalancerId: it.id,
    LoadBalancerName: it.name,
    LoadBalancerType: it.type,
    Forward: 1,
    ...describeAddresses(it),
    ...(it.domain === null ? {} : { Domain: it.domain, LoadBalancerDomain: it.domain }),
    Status: it.usable ? 1 : 0,
    CreateTime: apiTime(it.createdAtMs),
    StatusTime: apiTime(it.createdAtMs),
    ProjectId: it.projectId,
    VpcId: it.vpcId,
    NumericalVpcId: numericalId(it.vpcId),
    SubnetId: it.subnetId ?? '',
    Tags: [...it.tags],
    SecureGroups: [...it.secureGroups],
    TargetRegionInfo: { Region: it.region, VpcId: it.vpcId },
    VipIsp: it.isp,
    ChargeType: it.chargeType,
    NetworkAttributes: describeInternet(it),
    MasterZone: describeZone(it),
    LoadBalancerPassToTarget: it.passToTarget,
    SnatPro: it.snatPro,
    SnatIps: [...it.snatIps],
    // Empty in the official samples, where other fields without a value are null.
    NfvInfo: '',
    SlaType: it.slaType,
    MixIpTarget: it.mixIpTarget,
    AttributeFlags: it.deleteProtect ? ['DeleteProtect'] : [],
    AssociateEndpoint: it.associateEndpoint,
    AvailableZoneAffinityInfo: { Enable: false },
    ...(extra.includes('TargetCount') ? { TargetCount: targetsOf(it).length } : {}),
  };
}
