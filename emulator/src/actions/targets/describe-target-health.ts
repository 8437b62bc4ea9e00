import type {
  ListenerHealth,
  TargetHealth,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import type { Listener, Rule, Target } from '../../state/model.ts';
import { isL7 } from '../../state/place.ts';
import type { Switches } from '../../runtime/switches.ts';
import { defineAction, type Answer } from '../parts/action.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';

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
    Weight: target.weight,
  };
}

/** An L4 listener reads as one rule without domain and URL, with an id, as in the cloud: made from the listener's. */
function rulesOf({ id, protocol, rules, targets }: Listener): Pick<Rule, 'id' | 'domains' | 'url' | 'targets'>[] {
  return isL7(protocol) ? rules : [{ id: id.replace(/^lbl-/, 'loc-'), domains: [], url: '', targets }];
}

function describeListener(
  listener: Listener,
  isWanted: (locationId: string) => boolean,
  switches: Switches,
): Answer<ListenerHealth> {
  const rules = rulesOf(listener).filter(({ id }) => isWanted(id));
  return {
    ListenerId: listener.id,
    ListenerName: listener.name,
    Protocol: listener.protocol,
    Port: listener.port,
    Rules: rules.map(({ id, domains, url, targets }) => ({
      LocationId: id,
      Domain: domains[0] ?? null,
      Url: url === '' ? null : url,
      Targets: targets.map((target) => describeTarget(target, switches)),
    })),
  };
}

export const describeTargetHealth = defineAction('DescribeTargetHealth', (request, context) => {
  const wanted = (ids: string[] | undefined) => (id: string) => !ids?.length || ids.includes(id);
  const [isListener, isLocation] = [wanted(request.ListenerIds), wanted(request.LocationIds)];
  return {
    LoadBalancers: request.LoadBalancerIds.map((id) => requireLoadBalancer(context, id)).map((loadBalancer) => ({
      LoadBalancerId: loadBalancer.id,
      LoadBalancerName: loadBalancer.name,
      Listeners: loadBalancer.listeners
        .filter(({ id }) => isListener(id))
        .map((listener) => describeListener(listener, isLocation, context.switches)),
    })),
  };
});
