import type { InternetAccessible } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../../errors/api-error.ts';
import type { RequestOf } from '../parts/action.ts';

type Request = RequestOf<'CreateLoadBalancer'>;

/** Fields that only one kind of load balancer has (comments of CreateLoadBalancerRequest). */
const onlyOpen = ['MasterZoneId', 'SlaveZoneId', 'ZoneId', 'VipIsp', 'BandwidthPackageId'] as const;
/** SubnetId: an IPv4 load balancer of the internet takes none. */
const onlyInternal = ['SubnetId', 'EipAddressId'] as const;
const neededInternal = ['SubnetId', 'VpcId'] as const;
/** Lines of one provider are paid by bandwidth package only (comment of VipIsp). */
const singleIsps = ['CMCC', 'CUCC', 'CTCC'];
const sharedMbps = 2048;

function checkKind(request: Request): void {
  const isInternal = request.LoadBalancerType === 'INTERNAL';
  const missing = isInternal ? neededInternal.find((field) => !request[field]) : undefined;
  if (missing) throw new ApiError('MissingParameter', `The request is missing a required parameter \`${missing}\`.`);
  const foreign = (isInternal ? onlyOpen : onlyInternal).find((field) => request[field] !== undefined);
  if (!foreign) return;
  const message = `${foreign} is not for load balancers of type ${request.LoadBalancerType}.`;
  throw new ApiError('InvalidParameter', message);
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
  if (request.AddressIPVersion !== undefined && request.AddressIPVersion.toUpperCase() !== 'IPV4') {
    throw new ApiError('UnsupportedOperation', 'The emulator makes IPv4 load balancers only.');
  }
  if (request.Vip !== undefined && (request.Number ?? 1) > 1) {
    throw new ApiError('InvalidParameter', 'With Vip, Number must be 1.');
  }
}
