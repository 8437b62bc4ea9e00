import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { familyOf, type AddressFamily } from '../../model/address-family.ts';
import type { Backend, Backends, BackendState } from '../../model/backend.ts';
import type { Binding } from '../../model/binding.ts';
import { annotationsOf } from '../../model/owner.ts';
import { weightRange } from '../../model/chosen-weight.ts';
import type { LocalPolicy, NodeBackend, NodeBackends, NodeStage } from '../../model/node.ts';
import type { BackendRules } from './pod-backends.ts';

export type NodeBinding = Binding & { readonly backends: NodeBackends };

export function isNodeBinding(binding: Binding): binding is NodeBinding {
  return binding.backends.mode === 'nodes';
}

/**
 * The backends of a binding at a node port, one for each address. A node that is not ready is none while another is,
 * so that its target drains and goes, unless the brake takes so many for an accident. Where none is ready all are
 * unready ones: the last that the CLB calls Alive keep their weight. A control plane that hears of no node must not
 * stop the traffic.
 */
export function nodeBackends(binding: NodeBinding, rules: BackendRules): Backends {
  const { nodes, local } = binding.backends;
  if (nodes === undefined) return { backends: [], isEmpty: false, isUnknown: true };
  const { family } = rules;
  if (family === undefined) return { backends: [], isEmpty: nodes.length === 0 };
  const addressed = addressedOnce(nodes, family);
  const ready = addressed.filter((node) => isReady(node, local));
  const others = addressed.filter((node) => !isReady(node, local));
  const most = Math.max(0, ...ready.map(({ pods }) => pods));
  const weightOf = ({ pods }: Addressed) => (local?.isWeightedByPods === true ? shareOf(pods, most) : rules.weight);
  return {
    backends: [
      ...ready.map((node) => toBackend(node, binding, { state: 'ready', weight: weightOf(node) })),
      ...others.flatMap((node) => {
        const state = ready.length === 0 ? 'unready' : stateBesideReady(node, local);
        return state === undefined ? [] : [toBackend(node, binding, { state, weight: 0 })];
      }),
    ],
    isEmpty: nodes.length === 0,
    findings: addressed.length === 0 ? [noNodeFits(binding, family)] : [],
  };
}

/** Of a node without a pod its proxy drops what comes; that is known, unless nobody hears from the node. */
function stateBesideReady({ stage, pods }: Addressed, local: LocalPolicy | undefined): BackendState | undefined {
  if (stage === 'not-ready') return undefined;
  if (local === undefined || pods > 0) return 'leaving';
  return stage === 'leaving' || local.isOnlyWithPods ? 'idle' : 'unready';
}

interface Addressed {
  readonly ip: string;
  readonly stage: NodeStage;
  readonly pods: number;
}

/**
 * Of two nodes with one address, as when a machine was registered again, the one that stays counts. Of two that both do
 * one may only say so, and has the other's pods too: else its kubelet could take that one's traffic away.
 */
function addressedOnce(nodes: readonly NodeBackend[], family: AddressFamily): readonly Addressed[] {
  const found = new Map<string, Addressed>();
  const stays = ({ stage }: NodeBackend) => Number(stage === 'stays');
  for (const { ips, stage, endpoints } of nodes.toSorted((a, b) => stays(a) - stays(b))) {
    const ip = ips.find((one) => familyOf(one) === family);
    if (ip === undefined) continue;
    const before = found.get(ip);
    const pods = before?.stage === stage ? before.pods : 0;
    found.set(ip, { ip, stage, pods: pods + endpoints[family] });
  }
  return [...found.values()];
}

/** By the rule of kube-proxy: with the policy Local a node forwards to its own pods only. */
function isReady({ stage, pods }: Addressed, local: LocalPolicy | undefined): boolean {
  return stage === 'stays' && (local === undefined || pods > 0);
}

/** In proportion where a node has more pods than the CLB has weights; never 0. */
function shareOf(pods: number, most: number): number {
  return most <= weightRange.most ? pods : Math.max(1, Math.round((pods * weightRange.most) / most));
}

/** The owner's UID is the id: a machine that is registered again is the same target. */
function toBackend(
  { ip }: Addressed,
  { owner, backends }: NodeBinding,
  { state, weight }: Pick<Backend, 'state' | 'weight'>,
): Backend {
  return { id: owner.uid, ip, port: backends.nodePort, weight, state, ownerUid: owner.uid };
}

function noNodeFits({ place, owner }: NodeBinding, family: AddressFamily): Finding {
  const { directAccess } = annotationsOf(owner);
  const message =
    `No node is a target for port ${place.port}: the Service, or the labels of the nodes, leave out all that have an ` +
    `InternalIP of the family ${family}, to which this CLB sends. Correct them, or take the annotation ` +
    `${directAccess} away, so that pods become targets.`;
  return { severity: 'Warning', reason: 'NoNodeFits', message, repeat: { ...hourly, part: String(place.port) } };
}
