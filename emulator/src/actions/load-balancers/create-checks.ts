import type { InternetAccessible } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../../errors/api-error.ts';
import type { RequestOf } from '../parts/action.ts';
import { ipv6ModeOf } from '../parts/address-versions.ts';

type Request = RequestOf<'CreateLoadBalancer'>;

/** Fields that only one kind of load balancer has (comments of CreateLoadBalancerRequest). */
const onlyOpen = ['MasterZoneId', 'SlaveZoneId', 'ZoneId', 'VipIsp', 'BandwidthPackageId'] as const;
/** SubnetId: of those of the internet only IPv6FullChain takes one, and it needs one. */
const onlyInternal = ['SubnetId', 'EipAddressId'] as const;
const neededInternal = ['SubnetId', 'VpcId'] as const;
/** Where the two zones stand by for each other. */
const onlyIpv4 = ['MasterZoneId', 'SlaveZoneId'] as const;
/** Lines of one provider are paid by bandwidth package only (comment of VipIsp). */
const singleIsps = ['CMCC', 'CUCC', 'CTCC'];
const sharedMbps = 2048;

/** The fields that the kind of load balancer needs, and those that it does not take. */
function fieldsOf({ LoadBalancerType: type, AddressIPVersion }: Request) {
  if (type === 'INTERNAL') return { needed: neededInternal, foreign: onlyOpen };
  const mode = ipv6ModeOf(AddressIPVersion);
  if (mode === null) return { needed: [], foreign: onlyInternal };
  if (mode === 'IPv6Nat64') return { needed: [], foreign: [...onlyInternal, ...onlyIpv4, 'Vip'] as const };
  return { needed: ['SubnetId'] as const, foreign: ['EipAddressId', ...onlyIpv4] as const };
}

function checkKind(request: Request): void {
  const { LoadBalancerType: type, AddressIPVersion: version = 'IPV4' } = request;
  const { needed, foreign } = fieldsOf(request);
  const missing = needed.find((field) => !request[field]);
  if (missing) throw new ApiError('MissingParameter', `The request is missing a required parameter \`${missing}\`.`);
  const isIpv6Internal = type === 'INTERNAL' && ipv6ModeOf(version) !== null;
  const wrong = isIpv6Internal ? 'AddressIPVersion' : foreign.find((field) => request[field] !== undefined);
  if (!wrong) return;
  throw new ApiError('InvalidParameter', `${wrong} is not for load balancers of type ${type}, ${version}.`);
}

function checkPayment({ VipIsp = '', BandwidthPackageId, InternetAccessible }: Request): void {
  const { InternetChargeType: type } = InternetAccessible ?? {};
  const why = singleIsps.includes(VipIsp) ? 'VipIsp' : BandwidthPackageId && 'BandwidthPackageId';
  if (!why || type === undefined || type === 'BANDWIDTH_PACKAGE') return;
  throw new ApiError('InvalidParameterValue', `With ${why}, InternetChargeType must be BANDWIDTH_PACKAGE.`);
}

/** Refuses more bandwidth than the kind of a load balancer has (comment of InternetMaxBandwidthOut). */
export function checkBandwidth(request: InternetAccessible | undefined, slaType: string): void {
  const { InternetMaxBandwidthOut: mbps = 0 } = request ?? {};
  if (slaType !== '' || mbps <= sharedMbps) return;
  const message = `InternetMaxBandwidthOut of a shared load balancer is at most ${sharedMbps}.`;
  throw new ApiError('InvalidParameterValue.Range', message);
}

/** Refuses what the documentation of CreateLoadBalancer rules out. */
export function checkCreation(request: Request): void {
  checkKind(request);
  checkPayment(request);
  checkBandwidth(request.InternetAccessible, request.SlaType ?? '');
  if (request.Vip !== undefined && (request.Number ?? 1) > 1) {
    throw new ApiError('InvalidParameter', 'With Vip, Number must be 1.');
  }
}
