import type { NodeBackend, NodeFacts, NodeStage } from '../../../model/node.ts';
import type { LabelSelector } from './label-selector.ts';
import type { CountOf } from './ready-endpoints.ts';

/** More than a CLB takes at one place, whatever its quota. */
const mostNodes = 1_000;

/** Kubernetes' own label for nodes that no load balancer sends to. */
const excluded = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** Of super nodes, which have no node ports. */
const superNode = { label: 'node.kubernetes.io/instance-type', value: 'eklet' } as const;

/** The nodes that may be targets, in a stable order, so that a change of order is none. */
export function chosenNodes(selector: LabelSelector, all: readonly NodeFacts[]): readonly NodeFacts[] {
  const chosen = all.filter(({ labels }) => mayBeTarget(labels) && selector(labels));
  return chosen.toSorted((a, b) => (a.ips.join() < b.ips.join() ? -1 : 1)).slice(0, mostNodes);
}

/** As targets of one port. */
export function backendsAt(nodes: readonly NodeFacts[], countOf: CountOf): readonly NodeBackend[] {
  return nodes.map((node) => {
    const { name, ips } = node;
    return { ips, stage: stageOf(node), endpoints: { IPv4: countOf(name, 'IPv4'), IPv6: countOf(name, 'IPv6') } };
  });
}

function stageOf({ ready, cordoned, ending }: NodeFacts): NodeStage {
  if (cordoned || ending) return 'leaving';
  return ready ? 'stays' : 'not-ready';
}

function mayBeTarget(labels: NodeFacts['labels']): boolean {
  return !Object.hasOwn(labels, excluded) && labels[superNode.label] !== superNode.value;
}
