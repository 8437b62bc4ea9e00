import type {
  Backend,
  DescribeTargetsRequest,
  DescribeTargetsResponse,
  Filter,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../api/api-error.ts';
import type { Target } from '../state/model.ts';
import { defineAction, type Answer } from './action.ts';
import { fields, filters, listOf, port, text } from './fields.ts';
import { apiTime, requireLoadBalancer, selectListeners } from './lookup.ts';

function describe(target: Target): Answer<Backend> {
  return {
    Type: 'ENI',
    InstanceId: '',
    Port: target.port,
    Weight: target.weight,
    PublicIpAddresses: null,
    PrivateIpAddresses: [target.ip],
    InstanceName: null,
    RegisteredTime: apiTime(target.registeredAtMs),
    EniId: null,
    Tag: target.tag,
    Zone: null,
  };
}

function passes(target: Target, filter: Filter): boolean {
  const value: Record<string, string | null> = {
    'private-ip-address': target.ip,
    tag: target.tag,
    // L4 targets have no rule.
    'location-id': null,
  };
  const own = value[filter.Name];
  if (own === undefined)
    throw new ApiError('InvalidParameter.InvalidFilter', `The filter ${filter.Name} is not known.`);
  return own !== null && filter.Values.includes(own);
}

export const describeTargets = defineAction<DescribeTargetsRequest, DescribeTargetsResponse>({
  name: 'DescribeTargets',
  write: false,
  schema: fields(
    { LoadBalancerId: text(), ListenerIds: listOf(text(), 20), Protocol: text(), Port: port, Filters: filters },
    ['LoadBalancerId'],
  ),
  run(request, context) {
    const listeners = selectListeners(requireLoadBalancer(context, request.LoadBalancerId), request);
    const wanted = request.Filters ?? [];
    return {
      Listeners: listeners.map((listener) => ({
        ListenerId: listener.id,
        Protocol: listener.protocol,
        Port: listener.port,
        EndPort: 0,
        Rules: null,
        Targets: listener.targets.filter((target) => wanted.every((filter) => passes(target, filter))).map(describe),
      })),
    };
  },
});
