import type { Finding, FindingReason } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { Binding } from '../../model/binding.ts';
import { listed } from '../../model/listed.ts';
import { ownerKey, type Owner } from '../../model/owner.ts';
import type { OwnerView } from '../../model/owner-view.ts';
import {
  nothingRelated,
  referenceKey,
  type ObjectReference,
  type RelatedObjects,
} from '../../model/related-objects.ts';
import { adoptionRefusal } from './adopt.ts';
import { annotationFindings } from './annotation-findings.ts';
import { uploadsFor } from './certificates.ts';
import { serviceConfigOf } from './config/service-config.ts';
import { endpointFindings, slicesOf } from './endpoints.ts';
import { readExistingListeners } from './existing-listeners.ts';
import { fieldsWithoutEffect } from './fields-without-effect.ts';
import { gateWaitFindings, gateWaitOf } from './gate-wait.ts';
import { healthCheckFindings } from './health-check.ts';
import { ipModeFindings, ipModeOf } from './ip-mode.ts';
import { listenerOptionFindings } from './listener-options.ts';
import { keepFindings, keepsBalancer } from './keep-balancer.ts';
import { isLoadBalancerId } from './load-balancer-id.ts';
import { asksTkeAlone, markFindings, markOf, unmarkedFindings, upstreamFinalizerOf, type Unmarked } from './mark.ts';
import { asksByName, modeFindings, skipOf } from './mode.ts';
import { newBalancerOf } from './new-balancer.ts';
import { nodeAnnotationFindings } from './nodes/node-findings.ts';
import { isLocal, nodeReferences, usesNodePorts } from './nodes/node-ports.ts';
import { bindingsOf, readingOf, secretsOf, type Asking } from './port-bindings.ts';
import { recordFindings, shownBalancers } from './record.ts';
import { securityGroupFindings } from './security-groups.ts';
import { withSourceGroup } from './source-group.ts';
import type { ServiceFacts, ServicePort } from './service-facts.ts';
import { effectOfRanges } from './source-ranges.ts';
import { isOn, switchesOfServices, switchFindings } from './switches.ts';
import { targetWeightFindings } from './target-weights.ts';
import { timeFindings, timeMs } from './seconds.ts';
import { affinityFindings } from './session-affinity.ts';
import { portsWithOwnListener, specifiedWithoutEffect } from './specified-without-effect.ts';
import { isFinding, readSpecified, type Specified } from './specify-protocol.ts';

const nothingRecorded = { recordedBalancers: [], recordedPlaces: [], unprovenBalancers: [] } as const;

/** Reads a Service once, where it enters. What cannot be read becomes findings, and the rest still works. */
export function readService(
  asked: ServiceFacts,
  objects: RelatedObjects = nothingRelated,
  unmarked: Unmarked = 'ignore',
): OwnerView {
  const service = { ...asked, ports: asked.ports.slice(0, mostPorts) };
  const owner = ownerOf(service);
  const config = serviceConfigOf(service, objects);
  const existing = readExistingListeners(service);
  const selector = { namespace: service.namespace, labels: service.selector };
  const { bindings: read, findings, references } = readBindings({ service, owner, objects, existing, selector });
  const uploads = uploadsFor(references, objects);
  const newBalancer = read.some(({ balancer }) => balancer.kind === 'owned') ? newBalancerOf(service) : undefined;
  const sourced = withSourceGroup(read, { service, owner, objects, newBalancer });
  const { bindings } = sourced;
  const mark = markOf(service, unmarked);
  return {
    ...owner,
    key: ownerKey(owner),
    createdAtMs: service.createdAtMs,
    ending: service.ending,
    mark,
    asksTkeAlone: asksTkeAlone(service),
    skip: skipOf(service),
    asksByName: asksByName(service, mark),
    markFindings: markFindings(service),
    // Nothing of a listener that somebody else made is ours to set.
    bindings: bindings.map((one) => (one.existing === undefined ? config.configured(one) : one)),
    findings: [...findings, ...sourced.findings, ...(asked.ports.length > mostPorts ? [tooManyPorts] : [])],
    notices: [...noticesOf({ service, existing }, bindings, unmarked), ...config.findings, ...sourced.notices],
    moveKeepMs: timeMs(service, 'moveKeepSeconds'),
    gateWait: gateWaitOf(service),
    releaseRemoval: service.annotations[annotation.releaseRemoval],
    wantsDrain: isOn(service.annotations, annotation.graceDeletion),
    podSelectors: [selector],
    references: [...references, ...uploads.references, ...config.references, ...sourced.references],
    certificates: uploads.certificates,
    autoConfig: config.autoConfig,
    newBalancer,
    wantedGroup: sourced.wantedGroup,
    keepsBalancer: keepsBalancer(service.annotations, annotation.keepBalancer),
    shownInUse: service.shownInUse,
    ...nothingRecorded,
    shownBalancers: shownBalancers(service),
    hasFinalizer: service.hasFinalizer,
    upstreamFinalizer: upstreamFinalizerOf(service, unmarked),
    addresses: service.ingress,
    ipModes: { wanted: ipModeOf(service), published: service.ingressModes },
    condition: service.condition,
  };
}

function noticesOf(
  { service, existing }: Pick<Asking, 'service' | 'existing'>,
  bindings: readonly Binding[],
  unmarked: Unmarked,
): readonly Finding[] {
  return [
    ...unmarkedFindings(service, unmarked),
    ...fieldsWithoutEffect(service, effectOfRanges(service, bindings)),
    ...annotationFindings(service),
    ...recordFindings(service),
    ...healthCheckFindings(service),
    ...timeFindings(service),
    ...listenerOptionFindings(service, bindings),
    ...gateWaitFindings(service),
    ...existing.findings,
    ...specifiedWithoutEffect(service, existing),
    ...modeFindings(service),
    ...ipModeFindings(service),
    ...affinityFindings(service),
    ...switchFindings(service.annotations, switchesOfServices),
    ...keepFindings(service.annotations, annotation.keepBalancer),
    ...securityGroupFindings(service),
    ...targetWeightFindings(service, bindings),
    ...nodeAnnotationFindings(service, { isAtNodes: usesNodePorts(service), isLocal: isLocal(service) }),
  ];
}

function ownerOf({ namespace, name, uid }: ServiceFacts): Owner {
  return { kind: 'Service', namespace, name, uid };
}

function readBindings(asking: Asking): Pick<OwnerView, 'bindings' | 'findings' | 'references'> {
  const { service } = asking;
  const refusal = refusalOf(service) ?? adoptionRefusal(service);
  if (refusal !== undefined) return { bindings: [], findings: [refusal], references: [] };
  const supported = service.ports.filter((port) => isSupported(port));
  const numbers = portsWithOwnListener(service, asking.existing)
    .filter(isSupported)
    .map(({ port }) => port);
  const specified = readSpecified(service.annotations[annotation.specifyProtocol], numbers);
  const reading = readingOf(asking);
  const bindings = supported.flatMap((port) => bindingsOf(port, specified.of(port.port), reading));
  const endpoints = usesNodePorts(service) ? [] : endpointFindings(service, asking.objects);
  return {
    bindings,
    findings: [
      ...protocolFindings(service.ports.filter((port) => !isSupported(port))),
      ...specified.findings,
      ...endpoints,
      ...problemsOf(bindings, [...specified.findings, ...endpoints]),
    ],
    references: [...referencesOf(numbers, specified, service), ...listsOf(service)],
  };
}

/** What its backends depend on beside pods. */
function listsOf(service: ServiceFacts): readonly ObjectReference[] {
  return usesNodePorts(service) ? nodeReferences(service) : slicesOf(service);
}

/** Each once; what is only being read is no news. */
function problemsOf(bindings: readonly Binding[], known: readonly Finding[]): readonly Finding[] {
  const problems = bindings.flatMap(({ incomplete }) => incomplete ?? []);
  const news = problems.filter((problem) => problem.severity === 'Warning' && !known.includes(problem));
  return [...new Map(news.map((problem) => [problem.message, problem])).values()];
}

function referencesOf(ports: readonly number[], specified: Specified, { namespace }: ServiceFacts) {
  const secrets = ports.flatMap((port) => {
    const asked = specified.of(port);
    return asked === undefined || isFinding(asked) ? [] : secretsOf(asked, namespace);
  });
  return [...new Map(secrets.map((reference) => [referenceKey(reference), reference])).values()];
}

const untilThen = 'Until then the pods that this Service selects wait at their gate.';

function refusalOf(service: ServiceFacts): Finding | undefined {
  const id = service.existingLoadBalancer ?? '';
  const name = annotation.existingLoadBalancer;
  if (id !== '' && !isLoadBalancerId(id)) {
    const message = `Annotation ${name} is "${safeText(id)}"; write a CLB id, for example lb-a1b2c3d4. ${untilThen}`;
    return warning('LoadBalancerIdMalformed', message);
  }
  return undefined;
}

/** Of a CLB with the highest quota of listeners more than one Service needs. */
const mostPorts = 500;

const tooManyPorts = warning(
  'QuotaReached',
  `Move some ports to another Service: the first ${mostPorts} are served, and the others are not.`,
);

function isSupported({ protocol }: ServicePort): boolean {
  return protocol === 'TCP' || protocol === 'UDP';
}

/** One for each protocol, however many ports there are. */
function protocolFindings(ports: readonly ServicePort[]): readonly Finding[] {
  return [...Map.groupBy(ports, ({ protocol }) => protocol)].map(([protocol, some]) => {
    const named = listed(some, ({ port }) => String(port));
    const which = some.length === 1 ? `Port ${named} has` : `Ports ${named} have`;
    const message = `${which} protocol ${safeText(protocol)}, which a CLB does not forward; use TCP or UDP.`;
    return warning('ProtocolUnsupported', message);
  });
}

function warning(reason: FindingReason, message: string): Finding {
  return { severity: 'Warning', reason, message };
}
