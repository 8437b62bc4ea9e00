import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { LocalPolicy, NodeBackends, NodeFacts } from '../../../model/node.ts';
import { transportOf, type Place } from '../../../model/place.ts';
import type {
  EndpointSlicesFacts,
  NodesFacts,
  ObjectReference,
  Related,
  RelatedObjects,
  SliceFacts,
} from '../../../model/related-objects.ts';
import type { ServiceFacts, ServicePort } from '../service-facts.ts';
import { backendsAt, chosenNodes } from './chosen-nodes.ts';
import { readLabelSelector } from './label-selector.ts';
import { ofServices, selectorMalformed, whyNoTargets, whyUnknown } from './node-findings.ts';
import { readyEndpoints, type CountOf } from './ready-endpoints.ts';

type Ported = Pick<ServiceFacts, 'namespace' | 'name' | 'externalTrafficPolicy' | 'annotations'>;

/** Targets are nodes, at the node ports of the Service. */
export function usesNodePorts({ directAccess }: Pick<ServiceFacts, 'directAccess'>): boolean {
  return directAccess === 'false';
}

export function isLocal({ externalTrafficPolicy }: Pick<ServiceFacts, 'externalTrafficPolicy'>): boolean {
  return externalTrafficPolicy === 'Local';
}

/** What its backends depend on; which pods are where only with the policy Local. */
export function nodeReferences(service: Ported): readonly ObjectReference[] {
  return isLocal(service) ? [allNodes, slicesOf(service)] : [allNodes];
}

const allNodes: ObjectReference<'Nodes'> = { kind: 'Nodes', namespace: '', name: '' };

function slicesOf({ namespace, name }: Ported): ObjectReference<'AllEndpointSlices'> {
  return { kind: 'AllEndpointSlices', namespace, name };
}

export interface NodeBinding {
  readonly backends: NodeBackends;
  readonly incomplete?: Finding | undefined;
}

/** What one port has at the nodes; nothing changes while that is not known. */
export function nodeBackendsOf(place: Place, port: ServicePort, nodesAt: NodesAt): NodeBinding {
  const { backends, incomplete } = nodesAt(port);
  const none = whyNoTargets(place, port);
  return none === undefined
    ? { backends, incomplete }
    : { backends: { ...backends, nodes: undefined }, incomplete: none };
}

export type NodesAt = (port: ServicePort) => NodeBinding;

/**
 * The nodes themselves; a port without a node port has no targets at them. They are chosen once, however many ports
 * there are.
 */
export function nodesOf(service: Ported, objects: RelatedObjects, words = ofServices): NodesAt {
  const nodes = objects.related(allNodes);
  const slices = isLocal(service) ? objects.related(slicesOf(service)) : undefined;
  const selector = readLabelSelector(service.annotations[annotation.nodeSelector] ?? '');
  const unknown = whyUnknown(nodes.state, slices?.state, words);
  if (unknown !== undefined) return unknownNodes(unknown);
  if (selector === undefined) return unknownNodes(selectorMalformed(service, words));
  const chosen = chosenNodes(selector, nodesIn(nodes));
  if (slices === undefined) {
    const everywhere = backendsAt(chosen, () => 0);
    return (port) => ({ backends: { ...portAt(port), nodes: everywhere } });
  }
  const local = policyOf(service);
  const countsAt = readyEndpoints(slicesIn(slices));
  const nodesWith = once((counts: CountOf) => backendsAt(chosen, counts));
  return (port) => ({ backends: { ...portAt(port), nodes: nodesWith(countsAt(port)), local } });
}

/** Ports with the same counts have one list. */
function once<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

function unknownNodes(incomplete: Finding): NodesAt {
  return (port) => ({ backends: { ...portAt(port), nodes: undefined }, incomplete });
}

function portAt({ protocol, nodePort = 0 }: ServicePort) {
  return { mode: 'nodes', protocol: transportOf(protocol), nodePort } as const;
}

function nodesIn(found: Related<NodesFacts>): readonly NodeFacts[] {
  return found.state === 'found' ? found.facts.nodes : [];
}

function slicesIn(found: Related<EndpointSlicesFacts> | undefined): readonly SliceFacts[] {
  return found?.state === 'found' ? found.facts.slices : [];
}

function policyOf({ annotations }: Ported): LocalPolicy {
  return {
    isOnlyWithPods: annotations[annotation.onlyNodesWithPods] === 'true',
    isWeightedByPods: annotations[annotation.weightByPods] === 'true',
  };
}
