import { canonicalIp } from '../../core/model/address-family.ts';
import type { HealthAnswer } from '../../core/model/clb-port.ts';
import { hasRules, type PlaceId } from '../../core/model/place.ts';
import type { Health } from '../../core/model/target.ts';
import type { Answer } from '../actions.ts';
import { required, type Item } from './fields.ts';

type Listener = Item<Item<Answer<'DescribeTargetHealth'>['LoadBalancers']>['Listeners']>;
type Rule = Item<Listener['Rules']>;
type Target = Item<Rule['Targets']>;

export function toHealths(answer: Answer<'DescribeTargetHealth'>): readonly HealthAnswer[] {
  return required(answer.LoadBalancers, 'LoadBalancers').flatMap((balancer) => {
    const loadBalancerId = required(balancer.LoadBalancerId, 'LoadBalancerId');
    return (balancer.Listeners ?? []).flatMap((listener) => listenerHealths(loadBalancerId, listener));
  });
}

function listenerHealths(loadBalancerId: string, listener: Listener): HealthAnswer[] {
  const listenerId = required(listener.ListenerId, 'ListenerId');
  return (listener.Rules ?? []).flatMap((rule) => {
    const id = placeIdOf(listenerId, listener, rule);
    if (id === undefined) return [];
    return (rule.Targets ?? []).flatMap((target) => toHealth(loadBalancerId, id, target));
  });
}

/**
 * A layer 4 listener shows its targets under one rule that has neither domain nor URL; its LocationId means nothing.
 * What does not say which rule it is may be of a listener that others made: it says nothing about ours, which then are
 * not known to be Alive.
 */
function placeIdOf(listenerId: string, listener: Listener, rule: Rule): PlaceId | undefined {
  if (!rule.Domain && !rule.Url) return { listenerId };
  if (!rule.LocationId || !hasRules(listener.Protocol ?? '')) return undefined;
  return { listenerId, locationId: rule.LocationId };
}

function toHealth(loadBalancerId: string, id: PlaceId, target: Target): HealthAnswer[] {
  const { IP: ip, Port: port, Weight: weight } = target;
  if (!ip || !port) return [];
  const address = { ip: canonicalIp(ip) ?? ip, port };
  return [{ loadBalancerId, ...id, ...address, health: healthOf(target), weight: weight ?? undefined }];
}

/** HealthStatus is false for dead and for not yet probed alike, so HealthStatusDetail decides. */
function healthOf({ HealthStatusDetail: detail, HealthStatus: isAlive }: Target): Health {
  if (detail === 'Alive' || detail === 'Dead' || detail === 'Close') return detail;
  return !detail && isAlive === true ? 'Alive' : 'Unknown';
}
