import type { NewLoadBalancer } from '../core/model/clb-port.ts';
import type { BalancerWish } from '../core/model/owned-balancer.ts';
import type { Owner } from '../core/model/owner.ts';
import type { ListenerProtocol, RulePlace } from '../core/model/place.ts';
import type { Certificates, ListenerSettings, RuleSettings } from '../core/model/settings.ts';
import type { StepOf } from '../core/model/step.ts';
import type { TargetRef } from '../core/model/target.ts';

const made = { owners: ['uid-web'], reason: 'wanted' } as const;
const owner: Owner = { kind: 'Service', namespace: 'shop', name: 'web', uid: 'uid-web' };

/** A CLB to be made, and steps, as tests write them: why and for whom is left to these functions. */
export function createLoadBalancer(
  wish: Partial<BalancerWish> = {},
  tags: NewLoadBalancer['tags'] = {},
): NewLoadBalancer {
  return { owner, wish: { type: 'OPEN', name: 'web', ...wish }, vpcId: 'vpc-1', tags };
}

interface ListenerSpec {
  readonly name: string;
  readonly protocol: ListenerProtocol;
  readonly port: number;
  readonly settings?: ListenerSettings;
}

export function createListener({ name, protocol, port, settings = {} }: ListenerSpec): StepOf<'create-listener'> {
  return { ...made, kind: 'create-listener', place: { protocol, port }, name, settings };
}

/** Of the TCP listener on port 80. */
export function modifyListener(
  listenerId: string,
  change: { readonly name?: string; readonly settings?: ListenerSettings },
): StepOf<'modify-listener'> {
  return {
    ...made,
    settings: {},
    ...change,
    kind: 'modify-listener',
    place: { protocol: 'TCP', port: 80 },
    listenerId,
  };
}

/** A rule of an HTTPS listener on port 443. */
export function aRulePlace(domain: string, url: string): RulePlace {
  return { protocol: 'HTTPS', port: 443, domain, url };
}

interface RuleSpec {
  readonly listenerId: string;
  readonly place: RulePlace;
  readonly settings?: RuleSettings;
}

export function createRule({ listenerId, place, settings = {} }: RuleSpec): StepOf<'create-rule'> {
  return { ...made, kind: 'create-rule', place, listenerId, settings };
}

export function modifyRule({ listenerId, place, settings = {} }: RuleSpec, locationId: string): StepOf<'modify-rule'> {
  return { ...made, kind: 'modify-rule', place, listenerId, locationId, settings };
}

export function deleteRule({ listenerId, place }: RuleSpec, locationId: string): StepOf<'delete-rule'> {
  return { ...made, kind: 'delete-rule', place, listenerId, locationId };
}

export function setCertificates(
  { listenerId, place }: Pick<StepOf<'set-certificates'>, 'listenerId' | 'place'>,
  certificates: Certificates,
): StepOf<'set-certificates'> {
  return { ...made, kind: 'set-certificates', place, listenerId, certificates };
}

/** What a target step says besides its target; the place is for messages only. */
const atPort80 = { ...made, place: { protocol: 'TCP', port: 80 } } as const;

export function register({
  weight,
  tag,
  ...target
}: TargetRef & { readonly weight: number; readonly tag: string }): StepOf<'register'> {
  return { ...atPort80, kind: 'register', target, weight, tag };
}

export function deregister({ listenerId, locationId, ip, port, instanceId }: TargetRef): StepOf<'deregister'> {
  return { ...atPort80, kind: 'deregister', target: { listenerId, locationId, ip, port, instanceId } };
}

export function setWeight(target: TargetRef, weight: number): StepOf<'set-weight'> {
  const { listenerId, locationId, ip, port, instanceId } = target;
  return { ...atPort80, kind: 'set-weight', target: { listenerId, locationId, ip, port, instanceId }, weight };
}
