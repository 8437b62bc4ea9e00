import type { Finding, FindingReason } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { existing } from '../../model/balancer-ref.ts';
import type { Binding } from '../../model/binding.ts';
import { ownerKey, type Owner } from '../../model/owner.ts';
import type { OwnerView } from '../../model/owner-view.ts';
import { nothingRelated, type RelatedObjects } from '../../model/related-objects.ts';
import type { ListenerSettings } from '../../model/settings.ts';
import { annotationFindings } from './annotation-findings.ts';
import { serviceConfigOf } from './config/service-config.ts';
import { fieldsWithoutEffect } from './fields-without-effect.ts';
import { healthCheckFindings, healthCheckSettings } from './health-check.ts';
import { isLoadBalancerId } from './load-balancer-id.ts';
import { markFindings, markOf, upstreamFinalizerOf, type Unmarked } from './mark.ts';
import { modeFindings, skipOf } from './mode.ts';
import { recordFindings, shownBalancers } from './record.ts';
import type { ServiceFacts, ServicePort } from './service-facts.ts';
import { timeFindings, timeMs } from './seconds.ts';

/** Reads a Service once, where it enters. What cannot be read becomes findings, and the rest still works. */
export function readService(
  service: ServiceFacts,
  related: RelatedObjects = nothingRelated,
  unmarked: Unmarked = 'ignore',
): OwnerView {
  const owner = ownerOf(service);
  const config = serviceConfigOf(service, related);
  const { bindings, findings } = readBindings(service, owner);
  return {
    ...owner,
    key: ownerKey(owner),
    createdAtMs: service.createdAtMs,
    ending: service.ending,
    mark: markOf(service, unmarked),
    skip: skipOf(service),
    markFindings: markFindings(service),
    bindings: bindings.map(config.configured),
    findings,
    notices: [
      ...fieldsWithoutEffect(service),
      ...annotationFindings(service),
      ...recordFindings(service),
      ...healthCheckFindings(service),
      ...timeFindings(service),
      ...modeFindings(service),
      ...config.findings,
    ],
    moveKeepMs: timeMs(service, 'moveKeepSeconds'),
    podSelectors: [{ namespace: service.namespace, labels: service.selector }],
    references: config.references,
    autoConfig: config.autoConfig,
    recordedBalancers: [],
    shownBalancers: shownBalancers(service),
    unprovenBalancers: [],
    hasFinalizer: service.hasFinalizer,
    upstreamFinalizer: upstreamFinalizerOf(service, unmarked),
    addresses: service.ingress,
    condition: service.condition,
  };
}

function ownerOf({ namespace, name, uid }: ServiceFacts): Owner {
  return { kind: 'Service', namespace, name, uid };
}

function readBindings(service: ServiceFacts, owner: Owner): Pick<OwnerView, 'bindings' | 'findings'> {
  const refusal = refusalOf(service);
  if (refusal !== undefined) return { bindings: [], findings: [refusal] };
  const supported = service.ports.filter((port) => isSupported(port));
  return {
    bindings: supported.map((port) => toBinding(service, owner, port)),
    findings: service.ports.filter((port) => !isSupported(port)).map(protocolFinding),
  };
}

const untilThen = 'Until then the pods that this Service selects wait at their gate.';

function refusalOf(service: ServiceFacts): Finding | undefined {
  const id = service.existingLoadBalancer;
  const name = annotation.existingLoadBalancer;
  if (id === undefined || id === '') {
    return warning(
      'LoadBalancerNotNamed',
      `Annotation ${name} is missing; set it to the id of an existing CLB in this VPC, ` +
        `for example lb-a1b2c3d4. ${untilThen}`,
    );
  }
  if (!isLoadBalancerId(id)) {
    const message = `Annotation ${name} is "${safeText(id)}"; write a CLB id, for example lb-a1b2c3d4. ${untilThen}`;
    return warning('LoadBalancerIdMalformed', message);
  }
  if (Object.keys(service.selector).length === 0) {
    const message = 'The Service has no selector, so no pod can become a target; set spec.selector.';
    return warning('SelectorMissing', message);
  }
  return undefined;
}

function isSupported({ protocol }: ServicePort): boolean {
  return protocol === 'TCP' || protocol === 'UDP';
}

function protocolFinding({ port, protocol }: ServicePort): Finding {
  const message = `Port ${port} has protocol ${safeText(protocol)}, which a CLB does not forward; use TCP or UDP.`;
  return warning('ProtocolUnsupported', message);
}

function warning(reason: FindingReason, message: string): Finding {
  return { severity: 'Warning', reason, message };
}

/** Whoever still has a connection when its target leaves must learn of it, and not wait for a silent address. */
function targetRst(protocol: 'TCP' | 'UDP'): ListenerSettings {
  return protocol === 'TCP' ? { deregisterTargetRst: true } : {};
}

function toBinding(service: ServiceFacts, owner: Owner, { protocol, port, targetPort }: ServicePort): Binding {
  const transport = protocol === 'UDP' ? 'UDP' : 'TCP';
  const selector = { namespace: service.namespace, labels: service.selector };
  return {
    owner,
    balancer: existing(service.existingLoadBalancer ?? ''),
    place: { protocol: transport, port },
    balancerSettings: {},
    listenerSettings: { ...healthCheckSettings(service), ...targetRst(transport) },
    ruleSettings: {},
    backends: { mode: 'pods', selector, protocol: transport, targetPort },
    drainMs: timeMs(service, 'targetDrainSeconds'),
  };
}
