import { canonicalIp } from '../../core/model/address-family.ts';
import type { TargetAnswer } from '../../core/model/clb-port.ts';
import { hasRules, type PlaceId } from '../../core/model/place.ts';
import type { Answer } from '../actions.ts';
import { malformed } from '../api-failure.ts';
import { required, textOrNothing, type Item } from './fields.ts';

type Listener = Item<Answer<'DescribeTargets'>['Listeners']>;
type Backends = Listener['Targets'];

/**
 * Targets of a layer 4 listener stand on the listener, those of a layer 7 listener on its rules; the other one is
 * null.
 */
export function toTargets(answer: Answer<'DescribeTargets'>): readonly TargetAnswer[] {
  return required(answer.Listeners, 'Listeners').flatMap((listener) => {
    const listenerId = required(listener.ListenerId, 'ListenerId');
    return [...targetsAt({ listenerId }, listener.Targets), ...ruleTargets(listenerId, listener)];
  });
}

function ruleTargets(listenerId: string, { Protocol: protocol, Rules: rules }: Listener): readonly TargetAnswer[] {
  if (rules === undefined && hasRules(protocol ?? '')) throw malformed(`listener ${listenerId} has no Rules`);
  return (rules ?? []).flatMap((rule) => {
    const locationId = required(rule.LocationId, 'LocationId');
    return targetsAt({ listenerId, locationId }, rule.Targets);
  });
}

/** Null is documented as none; a field that does not come at all is not. */
function targetsAt(id: PlaceId, backends: Backends | undefined): readonly TargetAnswer[] {
  if (backends === undefined) throw malformed(`${id.locationId ?? `listener ${id.listenerId}`} has no Targets`);
  return (backends ?? []).map((backend) => toTarget(id, backend));
}

function toTarget(id: PlaceId, backend: Item<Backends>): TargetAnswer {
  return {
    ...id,
    ip: ipOf(backend),
    port: required(backend.Port, 'Port'),
    instanceId: nodeOf(backend),
    weight: required(backend.Weight, 'Weight'),
    tag: textOrNothing(backend.Tag),
  };
}

/** In the spelling in which pods have theirs. */
function ipOf({ PrivateIpAddresses: ips }: Item<Backends>): string {
  const ip = required(ips?.[0], 'PrivateIpAddresses');
  return canonicalIp(ip) ?? ip;
}

/** Only a node was bound by its instance; a pod's network card names the node that carries it too. */
function nodeOf({ Type: type, InstanceId: instanceId }: Item<Backends>): string | undefined {
  return type === 'CVM' ? textOrNothing(instanceId) : undefined;
}
