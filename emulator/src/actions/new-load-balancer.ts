import { isIPv4 } from 'node:net';
import { ApiError } from '../api/api-error.ts';
import { checkQuota } from '../limits/quotas.ts';
import { drawId } from '../random.ts';
import type { LoadBalancer, LoadBalancerSettings } from '../state/model.ts';
import { plainLoadBalancer } from '../state/plain.ts';
import { isVipTaken, nextFreeVip } from '../state/vip-pool.ts';
import type { ActionContext, RequestOf } from './action.ts';
import { regionalLoadBalancers } from './lookup.ts';

type Request = RequestOf<'CreateLoadBalancer'>;

function chooseVip(wanted: string | undefined, { store, vips }: ActionContext): string {
  if (wanted !== undefined && !isIPv4(wanted)) {
    throw new ApiError('InvalidParameter.FormatError', `The VIP ${wanted} is not an IPv4 address.`);
  }
  if (wanted !== undefined && isVipTaken(store, wanted)) {
    throw new ApiError('InvalidParameterValue.Duplicate', `The VIP ${wanted} is taken.`);
  }
  const vip = wanted ?? nextFreeVip(store, vips);
  if (vip === undefined) throw new ApiError('ResourceInsufficient', `No VIP is free in ${vips}.`);
  return vip;
}

/** Refuses when the region has no room for so many more. */
export function checkBalancerQuota(context: ActionContext, type: string, count: number): void {
  const { openLoadBalancers, internalLoadBalancers } = context.quotas;
  const bound = regionalLoadBalancers(context).filter((it) => it.type === type).length;
  checkQuota(`${type} load balancers`, bound, count, type === 'OPEN' ? openLoadBalancers : internalLoadBalancers);
}

function settingsOf(request: Request, id: string): LoadBalancerSettings {
  return {
    ...plainLoadBalancer,
    name: request.LoadBalancerName ?? id,
    projectId: request.ProjectId ?? plainLoadBalancer.projectId,
    tags: request.Tags ?? [],
    passToTarget: request.LoadBalancerPassToTarget ?? plainLoadBalancer.passToTarget,
    snatPro: request.SnatPro ?? plainLoadBalancer.snatPro,
    snatIps: (request.SnatIps ?? []).map(({ SubnetId, Ip = '' }) => ({ SubnetId, Ip })),
    slaType: request.SlaType ?? plainLoadBalancer.slaType,
    usable: false,
  };
}

/** A load balancer as a request asks for it; not usable yet. */
export function newLoadBalancer(request: Request, context: ActionContext): LoadBalancer {
  const id = drawId('lb', context.random);
  return {
    ...settingsOf(request, id),
    id,
    type: request.LoadBalancerType === 'INTERNAL' ? 'INTERNAL' : 'OPEN',
    region: context.region,
    vpcId: request.VpcId ?? 'vpc-default',
    subnetId: request.SubnetId ?? null,
    vips: [chooseVip(request.Vip, context)],
    createdAtMs: context.clock.now(),
    listeners: [],
  };
}
