import type {
  CreateLoadBalancerRequest,
  CreateLoadBalancerResponse,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { isIPv4 } from 'node:net';
import { ApiError } from '../api/api-error.ts';
import { drawId } from '../random.ts';
import type { LoadBalancer } from '../state/model.ts';
import { plainLoadBalancer } from '../state/plain.ts';
import { isVipTaken, nextFreeVip } from '../state/vip-pool.ts';
import { defineAction, type ActionContext } from './action.ts';
import { anything, fields, flag, integer, listOf, oneOf, text } from './fields.ts';

function chooseVip(request: CreateLoadBalancerRequest, { store, vips }: ActionContext): string {
  if (request.Vip !== undefined && !isIPv4(request.Vip)) {
    throw new ApiError('InvalidParameter.FormatError', `The VIP ${request.Vip} is not an IPv4 address.`);
  }
  if (request.Vip !== undefined && isVipTaken(store, request.Vip)) {
    throw new ApiError('InvalidParameterValue.Duplicate', `The VIP ${request.Vip} is taken.`);
  }
  const vip = request.Vip ?? nextFreeVip(store, vips);
  if (vip === undefined) throw new ApiError('ResourceInsufficient', `No VIP is free in ${vips}.`);
  return vip;
}

function build(request: CreateLoadBalancerRequest, context: ActionContext): LoadBalancer {
  const id = drawId('lb', context.random);
  return {
    ...plainLoadBalancer,
    id,
    name: request.LoadBalancerName ?? id,
    type: request.LoadBalancerType === 'INTERNAL' ? 'INTERNAL' : 'OPEN',
    region: context.region,
    vpcId: request.VpcId ?? 'vpc-default',
    subnetId: request.SubnetId ?? null,
    projectId: request.ProjectId ?? 0,
    vips: [chooseVip(request, context)],
    tags: request.Tags ?? [],
    usable: false,
    createdAtMs: context.clock.now(),
    listeners: [],
  };
}

function checkRequest(request: CreateLoadBalancerRequest): void {
  if (request.LoadBalancerType === 'INTERNAL' && !request.SubnetId) {
    throw new ApiError('MissingParameter', 'The request is missing a required parameter `SubnetId`.');
  }
  if (request.AddressIPVersion !== undefined && request.AddressIPVersion.toUpperCase() !== 'IPV4') {
    throw new ApiError('UnsupportedOperation', 'The emulator makes IPv4 load balancers only.');
  }
}

function createAll(request: CreateLoadBalancerRequest, context: ActionContext): string[] {
  checkRequest(request);
  const made: LoadBalancer[] = [];
  for (let count = 0; count < (request.Number ?? 1); count++) {
    const loadBalancer = build(request, context);
    // It shows at once with Status 0, as in the cloud; the VIP shows when it is usable.
    context.store.putLoadBalancer(loadBalancer);
    made.push(loadBalancer);
  }
  const ids = made.map(({ id }) => id);
  context.tasks.start({
    action: 'CreateLoadBalancer',
    kind: 'create',
    requestId: context.requestId,
    loadBalancerIds: ids,
    apply: () =>
      made.forEach((loadBalancer) => {
        loadBalancer.usable = true;
        context.store.putLoadBalancer(loadBalancer);
      }),
  });
  return ids;
}

export const createLoadBalancer = defineAction<CreateLoadBalancerRequest, CreateLoadBalancerResponse>({
  name: 'CreateLoadBalancer',
  write: true,
  schema: fields(
    {
      LoadBalancerType: oneOf('OPEN', 'INTERNAL'),
      Forward: integer(1, 1),
      LoadBalancerName: text(80),
      VpcId: text(),
      SubnetId: text(),
      ProjectId: integer(0),
      AddressIPVersion: text(),
      Number: integer(1, 20),
      MasterZoneId: text(),
      ZoneId: text(),
      InternetAccessible: anything,
      VipIsp: text(),
      Tags: listOf(fields({ TagKey: text(), TagValue: text() }, ['TagKey', 'TagValue']), 20),
      Vip: text(),
      BandwidthPackageId: text(),
      ExclusiveCluster: anything,
      SlaType: text(),
      ClusterIds: listOf(text()),
      ClientToken: text(64),
      SnatPro: flag,
      SnatIps: listOf(anything),
      ClusterTag: text(),
      SlaveZoneId: text(),
      EipAddressId: text(),
      LoadBalancerPassToTarget: flag,
      DynamicVip: flag,
      Egress: text(),
      LBChargePrepaid: anything,
      LBChargeType: text(),
      AccessLogTopicId: text(),
      AdvancedRoute: flag,
      AvailableZoneAffinityInfo: anything,
    },
    ['LoadBalancerType'],
  ),
  run(request, context) {
    const token = request.ClientToken;
    const ids =
      (token === undefined ? undefined : context.store.clientTokens.get(token)) ?? createAll(request, context);
    if (token !== undefined) context.store.clientTokens.set(token, ids);
    return { LoadBalancerIds: ids, DealName: null };
  },
});
