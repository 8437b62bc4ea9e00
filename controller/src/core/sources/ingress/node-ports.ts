import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { BackendPort, BackendService, ObjectReference, RelatedObjects } from '../../model/related-objects.ts';
import { idle } from '../service/nodes/node-findings.ts';
import { nodeReferences, nodesOf, type NodesAt } from '../service/nodes/node-ports.ts';
import type { ReadBackend } from './read-backend.ts';
import type { IngressFacts } from './ingress-facts.ts';

type Annotated = Pick<IngressFacts, 'annotations'>;

/** Targets are nodes, at the node ports of its Services. */
export function sendsToNodes({ annotations }: Annotated): boolean {
  return annotations[ingressAnnotation.directAccess] === 'false';
}

interface Named {
  readonly service: BackendService;
  readonly reference: ObjectReference<'Service'>;
  readonly objects: RelatedObjects;
  /** What was read already, by the name of the Service. */
  readonly lists: Map<string, NodesAt>;
}

/** A port of a Service at the nodes. Which of them are targets, the Service says, as for a CLB of its own. */
export function backendAtNodes(port: BackendPort, { service, reference, objects, lists }: Named): ReadBackend {
  const { externalTrafficPolicy, annotations = {} } = service;
  const ported = { namespace: reference.namespace, name: reference.name, externalTrafficPolicy, annotations };
  const words = { directAccess: ingressAnnotation.directAccess, of: ` of Service ${safeText(reference.name)}` };
  const nodesAt = lists.get(reference.name) ?? nodesOf(ported, objects, words);
  lists.set(reference.name, nodesAt);
  const { backends, incomplete } = nodesAt(port);
  const references = [reference, ...nodeReferences(ported)];
  if (port.nodePort !== undefined) return { backends, references, incomplete };
  // The rule stands, so that no other path takes its requests.
  return { backends: { ...backends, nodes: undefined }, references, problem: nodePortMissing(reference, port) };
}

function nodePortMissing({ name }: ObjectReference<'Service'>, { port }: BackendPort): Finding {
  const message =
    `Port ${port} of Service ${safeText(name)} has no node port, and annotation ${ingressAnnotation.directAccess} is ` +
    '"false": set the type of the Service to NodePort, or write "true" for targets that are pods. ' +
    'Its targets stay as they are; the other paths are served.';
  return { severity: 'Warning', reason: 'NodePortMissing', message, repeat: { ...hourly, by: 'message' } };
}

/** What its annotations ask for pods, and nodes do not do. */
export function nodeNotices(ingress: Annotated): readonly Finding[] {
  if (!sendsToNodes(ingress)) return [];
  return [
    ...idle(ingressAnnotation.targetWeights, ingress, 'targets are nodes'),
    ...idle(ingressAnnotation.graceDeletion, ingress, 'targets are nodes, and no pod is one'),
  ];
}
