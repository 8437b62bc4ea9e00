import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { describePlace, transportOf, type Place } from '../../../model/place.ts';
import type { Related } from '../../../model/related-objects.ts';
import { annotationWithoutEffect } from '../annotation-without-effect.ts';
import { malformedAnnotation } from '../malformed-annotation.ts';
import type { ServiceFacts, ServicePort } from '../service-facts.ts';

type Annotated = Pick<ServiceFacts, 'annotations'>;

/** How the owner asks for nodes, and whose the annotations about them are. */
export interface NodeWords {
  readonly directAccess: string;
  /** Such as " of Service web"; empty: the owner's own. */
  readonly of: string;
}

export const ofServices: NodeWords = { directAccess: annotation.directAccess, of: '' };

const stays = 'What stands for it stays as it is.';

/** Whatever the nodes are, a listener without a node port of its protocol has no targets. */
export function whyNoTargets(place: Place, port: ServicePort): Finding | undefined {
  if (port.nodePort === undefined) return portWithoutNodePort(port);
  return transportOf(place.protocol) === port.protocol ? undefined : transportUnknown(place, port);
}

function portWithoutNodePort({ port }: ServicePort): Finding {
  const message =
    `Port ${port} has no node port, and annotation ${annotation.directAccess} is "false": take ` +
    `spec.allocateLoadBalancerNodePorts away, set a nodePort, or write "true" for targets that are pods. ${stays}`;
  return { severity: 'Warning', reason: 'NodePortMissing', message };
}

/** Kubernetes opens a node port for the protocol of the Service's port only. */
function transportUnknown(place: Place, { port, protocol }: ServicePort): Finding {
  const message =
    `The node port of port ${port} takes ${protocol} only, so ${describePlace(place)} has no targets: add a port ` +
    `with the other protocol to the Service, or set ${annotation.directAccess} to "true". ${stays}`;
  return { severity: 'Warning', reason: 'ProtocolUnsupported', message };
}

export function selectorMalformed({ annotations }: Annotated, { of }: NodeWords): Finding {
  const text = safeText(annotations[annotation.nodeSelector] ?? '');
  return malformedAnnotation(
    `Annotation ${annotation.nodeSelector}${of} is "${text}"; write a label selector of nodes, for example ` +
      `"pool in (blue, green)". ${stays}`,
  );
}

export function whyUnknown(nodes: State, slices: State | undefined, words: NodeWords): Finding | undefined {
  if (nodes === 'unreadable') return unreadable('nodes', 'NodesUnreadable', words);
  if (slices === 'unreadable') return unreadable('endpointslices of discovery.k8s.io', 'EndpointsUnreadable', words);
  if (nodes !== 'pending' && slices !== 'pending') return undefined;
  return { severity: 'Normal', reason: 'NodesUnreadable', message: `Its nodes are being read. ${stays}` };
}

type State = Related<unknown>['state'];

function unreadable(
  what: string,
  reason: 'NodesUnreadable' | 'EndpointsUnreadable',
  { directAccess }: NodeWords,
): Finding {
  const message =
    `Allow the controller to list and watch ${what}: annotation ${directAccess} is "false", so the ` +
    `targets are nodes. ${stays}`;
  return { severity: 'Warning', reason, message };
}

/** What annotations about nodes ask for and do not get; a malformed selector is told with what waits for it. */
export function nodeAnnotationFindings(
  service: Annotated,
  { isAtNodes, isLocal }: { readonly isAtNodes: boolean; readonly isLocal: boolean },
): readonly Finding[] {
  if (!isAtNodes)
    return [annotation.nodeSelector, annotation.weightByPods].flatMap((one) => idle(one, service, atPods));
  const switches = [annotation.onlyNodesWithPods, annotation.weightByPods] as const;
  return [
    ...switches.flatMap((one) => malformedSwitch(one, service)),
    ...(isLocal ? [] : switches.flatMap((one) => idle(one, service, atAllNodes))),
    ...idle(annotation.targetWeights, service, 'targets are nodes'),
    ...idle(annotation.graceDeletion, service, 'targets are nodes, and no pod is one'),
  ];
}

const atPods = `targets are pods, not nodes; set ${annotation.directAccess} to "false" for nodes`;
const atAllNodes = 'each node forwards to all pods; set spec.externalTrafficPolicy to Local';

export function idle(name: string, { annotations }: Annotated, why: string): readonly Finding[] {
  const value = annotations[name];
  if (value === undefined || ['', 'false'].includes(value.trim())) return [];
  return [annotationWithoutEffect(`Annotation ${name} (${safeText(value)}) has no effect: ${why}.`)];
}

function malformedSwitch(name: string, { annotations }: Annotated): readonly Finding[] {
  const value = annotations[name];
  if (value === undefined || value === 'true' || value === 'false') return [];
  const message = `Annotation ${name} is "${safeText(value)}"; write "true" or "false". Until then it means "false".`;
  return [malformedAnnotation(message)];
}
