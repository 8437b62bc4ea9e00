import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { existing } from '../../model/balancer-ref.ts';
import type { Binding, BindingBackends, PodSelector } from '../../model/binding.ts';
import type { Owner } from '../../model/owner.ts';
import {
  hasRules,
  transportOf,
  type ListenerProtocol,
  type Place,
  type PlaceId,
  type RulePlace,
} from '../../model/place.ts';
import type { ObjectReference, RelatedObjects } from '../../model/related-objects.ts';
import type { HealthCheck, ListenerSettings, LoadBalancerSettings, RuleSettings } from '../../model/settings.ts';
import { adoptionOf } from './adopt.ts';
import { certificatesIn, type NamedCertificates } from './certificates.ts';
import { endpointsOf, hasSelector, type EndpointsAt } from './endpoints.ts';
import type { ExistingListeners } from './existing-listeners.ts';
import { healthCheckSettings } from './health-check.ts';
import { listenerOptions } from './listener-options.ts';
import { passToTargetOf } from './new-balancer.ts';
import { nodeBackendsOf, nodesOf, usesNodePorts, type NodesAt } from './nodes/node-ports.ts';
import { timeMs } from './seconds.ts';
import { securityGroupsOf } from './security-groups.ts';
import type { ServiceFacts, ServicePort } from './service-facts.ts';
import { affinitySeconds } from './session-affinity.ts';
import type { SpecifiedHost, SpecifiedPort } from './specified-port.ts';
import { isFinding } from './specify-protocol.ts';
import { targetWeights, type WeightsAt } from './target-weights.ts';

/** What a Service is read from. */
export interface Asking {
  readonly service: ServiceFacts;
  readonly owner: Owner;
  readonly objects: RelatedObjects;
  readonly existing: ExistingListeners;
  /** One object for all its ports: what one selector takes is looked up once. */
  readonly selector: PodSelector;
}

/** What every binding of a Service needs: read once, however many ports it has. */
export interface Reading extends Asking {
  readonly balancer: BalancerOf;
  readonly weightsAt: WeightsAt;
  /** undefined: its targets are no nodes. */
  readonly nodesAt: NodesAt | undefined;
  /** undefined: nobody lists them. */
  readonly endpointsAt: EndpointsAt | undefined;
}

export function readingOf(asking: Asking): Reading {
  const { service, objects } = asking;
  const isAtNodes = usesNodePorts(service);
  const isListed = !isAtNodes && !hasSelector(service);
  return {
    ...asking,
    balancer: balancerOf(service, asking.owner),
    weightsAt: targetWeights(service),
    nodesAt: isAtNodes ? nodesOf(service, objects) : undefined,
    endpointsAt: isListed ? endpointsOf(service, objects, service.ports.length) : undefined,
  };
}

/** The claims of one port; `specified`: what the annotation says of it. */
export function bindingsOf(
  port: ServicePort,
  specified: SpecifiedPort | Finding | undefined,
  reading: Reading,
): readonly Binding[] {
  const transport = transportOf(port.protocol);
  const { existing: id, incomplete } = reading.existing.of(port);
  if (id !== undefined) return [existingBinding(id, port, reading)];
  if (incomplete !== undefined) return [{ ...listenerBinding(transport, port, reading), incomplete }];
  if (specified === undefined) return [listenerBinding(transport, port, reading)];
  if (isFinding(specified)) return [{ ...listenerBinding(transport, port, reading), incomplete: specified }];
  return protocolsOf(port, specified, reading.service).flatMap((protocol) =>
    hasRules(protocol)
      ? ruleBindings(protocol, { port, specified, reading })
      : [listenerBinding(protocol, port, reading, secretOf(specified.tls, reading, protocol))],
  );
}

/** Nothing of a listener that somebody else made is ours to set. */
function existingBinding(id: PlaceId, port: ServicePort, reading: Reading): Binding {
  const place = { protocol: transportOf(port.protocol), port: port.port };
  // Of endpoints that are not known its targets stay as they are; there is no place to make or change.
  const settings = { listenerSettings: {}, ruleSettings: {}, incomplete: undefined };
  return { ...common(place, port, reading), place, existing: id, ...settings };
}

/** Of two ports of the Service with one number, each has what runs over its own transport. */
function protocolsOf(port: ServicePort, { protocols }: SpecifiedPort, { ports }: ServiceFacts) {
  const isOnly = ports.filter((one) => one.port === port.port).length === 1;
  return isOnly ? protocols : protocols.filter((protocol) => transportOf(protocol) === transportOf(port.protocol));
}

/** The Secrets that a port refers to. */
export function secretsOf({ tls, hosts }: SpecifiedPort, namespace: string): readonly ObjectReference<'Secret'>[] {
  const names = [tls, ...hosts.map((host) => host.tls)].filter((name) => name !== undefined);
  return [...new Set(names)].map((name) => ({ kind: 'Secret', namespace, name }));
}

function secretOf(name: string | undefined, { service, objects }: Reading, protocol: ListenerProtocol) {
  const needsNone = protocol === 'TCP' || protocol === 'UDP' || protocol === 'HTTP';
  if (name === undefined || needsNone) return undefined;
  return certificatesIn({ kind: 'Secret', namespace: service.namespace, name }, objects);
}

function listenerBinding(
  protocol: ListenerProtocol,
  port: ServicePort,
  reading: Reading,
  secret?: NamedCertificates,
): Binding {
  const place = { protocol, port: port.port };
  return {
    ...common(place, port, reading),
    place,
    listenerSettings: {
      ...healthCheckSettings(reading.service),
      ...listenerOptions(reading.service, protocol),
      ...certificatesOf(secret),
    },
    ruleSettings: {},
    sessionAffinitySeconds: affinitySeconds(reading.service, 'listener'),
    ...incompleteBy(secret),
  };
}

interface RulePort {
  readonly port: ServicePort;
  readonly specified: SpecifiedPort;
  readonly reading: Reading;
}

/** One rule for each host, or one for all requests; with hosts each has its own certificate, by SNI. */
function ruleBindings(protocol: 'HTTP' | 'HTTPS', { port, specified, reading }: RulePort): readonly Binding[] {
  const { tls, hosts } = specified;
  const place = (domain: string): RulePlace => ({ protocol, port: port.port, domain, url: '/' });
  if (hosts.length === 0) {
    const secret = secretOf(tls, reading, protocol);
    return [ruleBinding(place(''), { port, reading, secret, listenerSettings: certificatesOf(secret) })];
  }
  const listenerSettings: ListenerSettings = protocol === 'HTTPS' ? { sniSwitch: true } : {};
  return hosts.map((host: SpecifiedHost) => {
    const secret = secretOf(host.tls ?? tls, reading, protocol);
    return ruleBinding(place(host.domain), {
      port,
      reading,
      secret,
      listenerSettings,
      ruleSettings: certificatesOf(secret),
    });
  });
}

interface RuleParts {
  readonly port: ServicePort;
  readonly reading: Reading;
  readonly secret: NamedCertificates | undefined;
  readonly listenerSettings: ListenerSettings;
  readonly ruleSettings?: RuleSettings;
}

function ruleBinding(place: RulePlace, { port, reading, secret, listenerSettings, ruleSettings }: RuleParts): Binding {
  return {
    ...common(place, port, reading),
    place,
    hasOwnListener: true,
    listenerSettings,
    ruleSettings: { ...ruleCheck(place, reading.service), ...ruleSettings },
    sessionAffinitySeconds: affinitySeconds(reading.service, 'rule'),
    ...incompleteBy(secret),
  };
}

function common(place: Place, port: ServicePort, reading: Reading) {
  const { service, owner, balancer } = reading;
  return {
    owner,
    ...balancer,
    ...backendsOf(place, port, reading),
    drainMs: timeMs(service, 'targetDrainSeconds'),
  };
}

type BalancerOf = Pick<Binding, 'balancer' | 'balancerSettings' | 'adoption'>;

/** A Service that names no CLB gets one of its own. */
function balancerOf(service: ServiceFacts, owner: Owner): BalancerOf {
  const id = service.existingLoadBalancer ?? '';
  if (id !== '') return { balancer: existing(id), balancerSettings: {} };
  const asked = adoptionOf(service);
  if (asked !== undefined) {
    return { balancer: existing(asked.balancerId), balancerSettings: {}, adoption: asked.adoption };
  }
  return { balancer: { kind: 'owned', owner }, balancerSettings: settingsOf(service) };
}

function settingsOf(service: ServiceFacts): LoadBalancerSettings {
  const [passToTarget, securityGroups] = [passToTargetOf(service), securityGroupsOf(service)];
  return {
    ...(passToTarget === undefined ? {} : { passToTarget }),
    ...(securityGroups === undefined ? {} : { securityGroups }),
  };
}

function backendsOf(
  place: Place,
  port: ServicePort,
  { service, selector, weightsAt, endpointsAt, nodesAt }: Reading,
): { readonly backends: BindingBackends; readonly incomplete?: Finding | undefined } {
  if (nodesAt !== undefined) return nodeBackendsOf(place, port, nodesAt);
  const shared = {
    // Its names of ports are those of the Service's own protocol, whatever the listener speaks.
    protocol: transportOf(port.protocol),
    ...(service.publishNotReadyAddresses ? { publishNotReady: true } : {}),
    weights: weightsAt(place),
  };
  if (endpointsAt === undefined) {
    return { backends: { mode: 'pods', selector, targetPort: port.targetPort, ...shared } };
  }
  const { endpoints, incomplete } = endpointsAt(port);
  return { backends: { mode: 'endpoints', endpoints, ...shared }, incomplete };
}

/** Without a problem of its own it leaves what `common` says. */
function incompleteBy(secret: NamedCertificates | undefined): Pick<Binding, 'incomplete'> {
  return secret?.problem === undefined ? {} : { incomplete: secret.problem };
}

function certificatesOf(secret: NamedCertificates | undefined): Pick<ListenerSettings, 'certificates'> {
  return secret?.certificates === undefined ? {} : { certificates: secret.certificates };
}

/** The check of a host with "*" must name a host without (doc 214/30694). */
function ruleCheck({ domain }: RulePlace, service: ServiceFacts): Pick<RuleSettings, 'healthCheck'> {
  const host: HealthCheck = domain.startsWith('*.') ? { HttpCheckDomain: domain.slice(2) } : {};
  const healthCheck = { ...healthCheckSettings(service).healthCheck, ...host };
  return Object.keys(healthCheck).length === 0 ? {} : { healthCheck };
}
