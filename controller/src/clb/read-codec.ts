import type { Health, Listener, LoadBalancer, ObservedTarget, TargetHealth } from '../core/clb-port.ts';
import type { Answer } from './actions.ts';
import { malformed } from './api-failure.ts';

type Item<List> = NonNullable<List> extends readonly (infer One)[] ? One : never;

/** Undefined: no such CLB. */
export function toLoadBalancer(id: string, answer: Answer<'DescribeLoadBalancers'>): LoadBalancer | undefined {
  const set = required(answer.LoadBalancerSet, 'LoadBalancerSet');
  const found = set.find((one) => one.LoadBalancerId === id);
  if (found === undefined) return undefined;
  return {
    id,
    name: found.LoadBalancerName ?? '',
    vips: found.LoadBalancerVips ?? [],
    domain: textOrNothing(found.LoadBalancerDomain) ?? textOrNothing(found.Domain),
    vpcId: found.VpcId ?? '',
    usable: found.Status === 1,
  };
}

export function toListeners(answer: Answer<'DescribeListeners'>): readonly Listener[] {
  const listeners = required(answer.Listeners, 'Listeners');
  if (answer.TotalCount !== listeners.length) {
    throw malformed(`TotalCount says ${answer.TotalCount ?? 'nothing'}, and ${listeners.length} Listeners came`);
  }
  return listeners.map((one) => ({
    id: required(one.ListenerId, 'ListenerId'),
    name: one.ListenerName ?? '',
    protocol: required(one.Protocol, 'Protocol'),
    port: required(one.Port, 'Port'),
  }));
}

/** Targets of a layer 4 listener stand on the listener, those of a layer 7 listener on its rules; the other one is null. */
export function toTargets(answer: Answer<'DescribeTargets'>): readonly ObservedTarget[] {
  return required(answer.Listeners, 'Listeners').flatMap((listener) => {
    const listenerId = required(listener.ListenerId, 'ListenerId');
    if (listener.Targets === undefined) throw malformed(`listener ${listenerId} has no Targets`);
    return (listener.Targets ?? []).map((backend) => toTarget(listenerId, backend));
  });
}

type Backend = Item<Item<Answer<'DescribeTargets'>['Listeners']>['Targets']>;

function toTarget(listenerId: string, backend: Backend): ObservedTarget {
  return {
    listenerId,
    ip: required(backend.PrivateIpAddresses?.[0], 'PrivateIpAddresses'),
    port: required(backend.Port, 'Port'),
    weight: required(backend.Weight, 'Weight'),
    tag: textOrNothing(backend.Tag),
  };
}

export function toHealths(answer: Answer<'DescribeTargetHealth'>): readonly TargetHealth[] {
  return required(answer.LoadBalancers, 'LoadBalancers').flatMap((balancer) => {
    const loadBalancerId = required(balancer.LoadBalancerId, 'LoadBalancerId');
    return (balancer.Listeners ?? []).flatMap((listener) => listenerHealths(loadBalancerId, listener));
  });
}

type ListenerHealth = Item<Item<Answer<'DescribeTargetHealth'>['LoadBalancers']>['Listeners']>;
type HealthEntry = Item<Item<ListenerHealth['Rules']>['Targets']>;

/** A layer 4 listener shows its targets under one rule that has neither domain nor URL. */
function listenerHealths(loadBalancerId: string, listener: ListenerHealth): TargetHealth[] {
  const listenerId = required(listener.ListenerId, 'ListenerId');
  const plain = (listener.Rules ?? []).filter((rule) => !rule.Domain && !rule.Url);
  return plain.flatMap((rule) =>
    (rule.Targets ?? []).map((entry) => ({
      loadBalancerId,
      listenerId,
      ip: required(entry.IP, 'IP'),
      port: required(entry.Port, 'Port'),
      health: toHealth(entry),
    })),
  );
}

/** HealthStatus is false for dead and for not yet probed alike, so HealthStatusDetail decides. */
function toHealth({ HealthStatusDetail: detail, HealthStatus: isAlive }: HealthEntry): Health {
  if (detail === 'Alive' || detail === 'Dead' || detail === 'Close') return detail;
  return !detail && isAlive === true ? 'Alive' : 'Unknown';
}

/** What the API documents as always there; believing in its absence could take targets off a CLB. */
function required<T>(value: T | null | undefined, field: string): T {
  if (value === undefined || value === null) throw malformed(`${field} is missing`);
  return value;
}

function textOrNothing(text: string | null | undefined): string | undefined {
  return text === '' ? undefined : (text ?? undefined);
}
