import type {
  DescribeTargetHealthRequest,
  DescribeTargetHealthResponse,
  ListenerHealth,
  TargetHealth,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import type { Listener, Target } from '../state/model.ts';
import type { Switches } from '../switches.ts';
import { defineAction, type Answer } from './action.ts';
import { fields, listOf, text } from './fields.ts';
import { requireLoadBalancer } from './lookup.ts';

function describeTarget(target: Target, switches: Switches): Answer<TargetHealth> {
  const health = target.reportedHealth ?? target.health;
  return {
    IP: target.ip,
    Port: target.port,
    HealthStatus: health === 'Alive' || (health === 'Close' && switches.closeIsHealthy),
    TargetId: target.ip,
    HealthStatusDetail: health,
    // The deprecated twin does not know Close; the cloud still sends it.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    HealthStatusDetial: health === 'Close' ? 'Unknown' : health,
    TargetGroupId: null,
    Weight: target.weight,
  };
}

/** An L4 listener reads as one rule without domain and URL; its id is made from the listener's, as the cloud sends one. */
function describeListener(listener: Listener, switches: Switches): Answer<ListenerHealth> {
  const rule = {
    LocationId: listener.id.replace(/^lbl-/, 'loc-'),
    Domain: null,
    Url: null,
    RuleId: null,
    Targets: listener.targets.map((target) => describeTarget(target, switches)),
  };
  return {
    ListenerId: listener.id,
    ListenerName: listener.name,
    Protocol: listener.protocol,
    Port: listener.port,
    Rules: [rule],
  };
}

export const describeTargetHealth = defineAction<DescribeTargetHealthRequest, DescribeTargetHealthResponse>({
  name: 'DescribeTargetHealth',
  write: false,
  schema: fields({ LoadBalancerIds: listOf(text(), 30, 1), ListenerIds: listOf(text()), LocationIds: listOf(text()) }, [
    'LoadBalancerIds',
  ]),
  run(request, context) {
    const wanted = (id: string) => !request.ListenerIds?.length || request.ListenerIds.includes(id);
    return {
      LoadBalancers: request.LoadBalancerIds.map((id) => requireLoadBalancer(context, id)).map((loadBalancer) => ({
        LoadBalancerId: loadBalancer.id,
        LoadBalancerName: loadBalancer.name,
        Listeners: loadBalancer.listeners
          .filter((listener) => wanted(listener.id))
          .map((listener) => describeListener(listener, context.switches)),
      })),
    };
  },
});
