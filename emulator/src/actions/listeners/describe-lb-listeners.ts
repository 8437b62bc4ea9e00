import type { LBItem, LbRsTargets } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import type { Listener, LoadBalancer, Target } from '../../state/model.ts';
import { isL7 } from '../../state/place.ts';
import { defineAction, type Answer, type RequestOf } from '../parts/action.ts';
import { numericalId } from '../parts/answer-values.ts';
import { regionalLoadBalancers } from '../parts/lookup.ts';

type Backends = RequestOf<'DescribeLBListeners'>['Backends'];

function describe(loadBalancer: LoadBalancer, backends: Backends): Answer<LBItem> {
  const ips = new Set(backends.filter(({ VpcId }) => VpcId === loadBalancer.vpcId).map(({ PrivateIp }) => PrivateIp));
  const pick = (targets: readonly Target[]): Answer<LbRsTargets>[] =>
    targets
      .filter(({ ip }) => ips.has(ip))
      .map(({ ip, port, weight }) => ({
        Type: 'eni',
        PrivateIp: ip,
        Port: port,
        VpcId: numericalId(loadBalancer.vpcId),
        Weight: weight,
      }));
  const rulesOf = ({ rules }: Listener) =>
    rules
      .map(({ id, domains, url, targets }) => ({
        LocationId: id,
        Domain: domains[0] ?? '',
        Url: url,
        Targets: pick(targets),
      }))
      .filter(({ Targets }) => Targets.length > 0);
  const listeners = loadBalancer.listeners
    .map((listener) => ({
      ListenerId: listener.id,
      Protocol: listener.protocol,
      Port: listener.port,
      EndPort: listener.endPort,
      Rules: isL7(listener.protocol) ? rulesOf(listener) : null,
      Targets: isL7(listener.protocol) ? null : pick(listener.targets),
    }))
    .filter(({ Rules, Targets }) => (Rules ?? Targets ?? []).length > 0);
  return {
    LoadBalancerId: loadBalancer.id,
    Vip: loadBalancer.vips[0] ?? '',
    Region: loadBalancer.region,
    Listeners: listeners,
  };
}

/** The reverse look-up: every load balancer and listener that an address is bound to. */
export const describeLBListeners = defineAction('DescribeLBListeners', ({ Backends }, context) => ({
  LoadBalancers: regionalLoadBalancers(context)
    .map((loadBalancer) => describe(loadBalancer, Backends))
    .filter(({ Listeners }) => Listeners?.length),
}));
