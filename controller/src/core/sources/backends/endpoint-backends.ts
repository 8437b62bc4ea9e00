import { judgeReach } from '@clb-direct/shared/domain/reach.ts';
import { familyOf } from '../../model/address-family.ts';
import type { Backend, Backends, BackendState, Departure } from '../../model/backend.ts';
import type { Binding, EndpointBackends } from '../../model/binding.ts';
import { chosenWeight } from '../../model/chosen-weight.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { stageOf, type PodView } from '../../model/pod-view.ts';
import { addressKey } from '../../model/target.ts';
import { endpointsNotBound, type EndpointMisfit, type Misfit } from './endpoint-findings.ts';
import { byClaim, type BackendRules } from './pod-backends.ts';

export interface EndpointRules {
  /** Namespaces whose owners may have targets at addresses that are no pod's of their namespace. */
  readonly endpointNamespaces: readonly string[];
}

/** Of a target with the tag of its owner: whoever took the address off the list says nothing of what runs there. */
export const listedDeparture: Departure = 'unselected';

type EndpointBinding = Binding & { readonly backends: EndpointBackends };
type Rules = BackendRules & EndpointRules;
type PodsAt = (ip: string) => readonly PodView[];

export function isEndpointBinding(binding: Binding): binding is EndpointBinding {
  return binding.backends.mode === 'endpoints';
}

/**
 * The backends of a binding whose endpoints somebody lists, one for each address. Of an address that is listed twice
 * the listing with the most life counts.
 */
export function endpointBackends(binding: EndpointBinding, podsAt: PodsAt, rules: Rules): Backends {
  const { endpoints } = binding.backends;
  if (endpoints === undefined) return { backends: [], isEmpty: false, isUnknown: true };
  const judged = endpoints.map((endpoint) => toBackend(endpoint, binding, podsAt, rules));
  const found = new Map<string, Backend>();
  for (const backend of judged.filter((one) => typeof one === 'object').toSorted(byLife)) {
    if (!found.has(addressKey(backend))) found.set(addressKey(backend), backend);
  }
  const findings = endpointsNotBound(binding, misfitsOf(endpoints, judged), rules);
  return { backends: [...found.values()], isEmpty: endpoints.length === 0, findings };
}

type Judged = Backend | EndpointMisfit | undefined;

/** A Service of both families lists each endpoint twice, and one listing is enough. */
function misfitsOf(endpoints: readonly Endpoint[], judged: readonly Judged[]): readonly Misfit[] {
  const isOtherFamilyOnly = judged.every((one) => one === 'family');
  return endpoints.flatMap(({ ip }, index) => {
    const misfit = judged[index];
    return typeof misfit !== 'string' || (misfit === 'family' && !isOtherFamilyOnly) ? [] : [{ ip, misfit }];
  });
}

const mostLifeFirst: readonly BackendState[] = ['ready', 'unready', 'ending'];

function byLife(a: Backend, b: Backend): number {
  return mostLifeFirst.indexOf(a.state) - mostLifeFirst.indexOf(b.state);
}

/** undefined: it is none now, and nobody has to do anything about it. */
function toBackend(endpoint: Endpoint, binding: EndpointBinding, podsAt: PodsAt, rules: Rules): Judged {
  const { backends, owner } = binding;
  const pod = podBehind(endpoint, owner.namespace, podsAt);
  const misfit = misfitOf(endpoint, { pod, namespace: owner.namespace }, rules);
  if (misfit !== undefined) return misfit;
  if (rules.family === undefined) return undefined;
  const state = stateOf(endpoint, pod, backends);
  const weight = state === 'ready' ? (chosenFor(pod, backends) ?? rules.weight) : 0;
  return { id: pod?.uid ?? owner.uid, ip: endpoint.ip, port: endpoint.port, weight, state, ownerUid: owner.uid };
}

interface Behind {
  readonly pod: PodView | undefined;
  readonly namespace: string;
}

function misfitOf({ ip }: Endpoint, { pod, namespace }: Behind, rules: Rules): EndpointMisfit | undefined {
  if (rules.family === undefined) return undefined;
  if (familyOf(ip) !== rules.family) return 'family';
  if (pod === undefined) return rules.endpointNamespaces.includes(namespace) ? undefined : 'not-allowed';
  return typeof judgeReach(pod.network, rules.reach) === 'object' ? 'not-eni' : undefined;
}

function chosenFor(pod: PodView | undefined, backends: EndpointBackends): number | undefined {
  return pod === undefined ? backends.weights?.default : chosenWeight(pod, backends);
}

/**
 * The address is a node's where its pod is in the host network, and then no pod's. Of another namespace is only a pod
 * that has it now while ours ends: a kubelet may say of its pods that they have any address.
 */
function podBehind({ ip }: Endpoint, namespace: string, podsAt: PodsAt): PodView | undefined {
  const living = podsAt(ip).filter((pod) => stageOf(pod) !== 'gone' && pod.network !== 'host');
  const own = living.filter((pod) => pod.namespace === namespace).toSorted(byClaim)[0];
  const hasPassedOn = own !== undefined && isEnding(own) && !living.every(isEnding);
  return hasPassedOn ? undefined : own;
}

function isEnding(pod: PodView): boolean {
  return stageOf(pod) === 'ending';
}

/** Whatever knows of an end or of unreadiness first counts: the endpoint or its pod. */
function stateOf(endpoint: Endpoint, pod: PodView | undefined, { publishNotReady }: EndpointBackends): BackendState {
  const stage = pod === undefined ? 'ready' : stageOf(pod);
  if (endpoint.terminating || stage === 'ending' || stage === 'gone') return 'ending';
  return (endpoint.ready && stage === 'ready') || publishNotReady === true ? 'ready' : 'unready';
}
