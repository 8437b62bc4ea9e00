import { heldDeletion, heldDeletionLifeMs } from '@clb-direct/shared/domain/held-deletion.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { conditionOf, isTrue } from './pod-condition.ts';

/** Whose deletion waits: in namespaces that an administrator has labelled, or of all pods with the gate. */
export interface DrainRule {
  /** `annotated`: as if each namespace had the label of that value. */
  readonly mode: 'opt-in' | 'annotated' | 'all';
  readonly gateType: string;
}

/** Why a deletion is let through at once. */
export type PassReason =
  | 'not-asked-for'
  | 'dry-run'
  | 'collection'
  | 'kubelet'
  | 'preemption'
  | 'namespace-ends'
  | 'no-grace'
  | 'unreadable-pod'
  | 'ending'
  | 'finished'
  | 'gate-not-open'
  | 'opted-out'
  | 'not-opted-in'
  | 'drained'
  | 'limit-passed'
  | 'asked-again';

/** A request to delete or to evict one pod. */
export interface DeletionRequest {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Undefined for an eviction: its review does not carry the pod. */
  readonly pod: RawObject | undefined;
}

/** Reads the request of a review; a reason says why nothing is to be waited for, whatever the pod. */
export function readDeletion(request: RawObject, uid: string): DeletionRequest | PassReason {
  const isEviction = own(request, 'subResource') === 'eviction';
  const operation = isEviction ? 'CREATE' : 'DELETE';
  if (own(asObject(own(request, 'resource')), 'resource') !== 'pods') return 'not-asked-for';
  if (own(request, 'operation') !== operation) return 'not-asked-for';
  const [namespace, name] = [own(request, 'namespace'), own(request, 'name')];
  if (typeof name !== 'string' || name === '' || typeof namespace !== 'string') return 'collection';
  const early = passByRequest(request, isEviction);
  return early ?? { uid, namespace, name, pod: isEviction ? undefined : asObject(own(request, 'oldObject')) };
}

function passByRequest(request: RawObject, isEviction: boolean): PassReason | undefined {
  const body = isEviction ? asObject(own(asObject(own(request, 'object')), 'deleteOptions')) : undefined;
  const options = body ?? asObject(own(request, 'options'));
  if (own(request, 'dryRun') === true || asList(own(options, 'dryRun')).includes('All')) return 'dry-run';
  const user = own(asObject(own(request, 'userInfo')), 'username');
  if (typeof user === 'string' && user.startsWith('system:node:')) return 'kubelet';
  if (user === scheduler) return 'preemption';
  if (user === namespaceController) return 'namespace-ends';
  return own(options, 'gracePeriodSeconds') === 0 ? 'no-grace' : undefined;
}

/** While it waits for the deletion of a pod that it preempts, it may schedule no pod of the whole cluster. */
const scheduler = 'system:kube-scheduler';

const namespaceController = 'system:serviceaccount:kube-system:namespace-controller';

/** What the label of a namespace says: all its pods wait, or those with the annotation. */
export type NamespaceWish = 'all' | 'annotated';

export interface PodToDelete {
  readonly rule: DrainRule;
  /** undefined: the namespace has no such label. */
  readonly namespaceWish: NamespaceWish | undefined;
  /** A deletion waits no longer than this after the drain was asked for. */
  readonly limitMs: number;
  readonly nowMs: number;
}

/** Why the deletion of this pod waits for nothing; undefined: it waits. */
export function passByPod(pod: RawObject | undefined, o: PodToDelete): PassReason | undefined {
  const [metadata, spec, status] = ['metadata', 'spec', 'status'].map((field) => asObject(own(pod, field)));
  if (metadata === undefined || spec === undefined) return 'unreadable-pod';
  if (own(metadata, 'deletionTimestamp') !== undefined) return 'ending';
  if (['Succeeded', 'Failed'].includes(String(own(status, 'phase')))) return 'finished';
  if (!mayBeSentTo(pod, spec, o.rule.gateType)) return 'gate-not-open';
  return passByWish(pod, o) ?? passByDrain(pod, o);
}

/** After so long it is not the API server that asks a second time, but somebody who was told nothing. */
const secondReviewMs = 2_000;

/** The mark changes the pod, so the API server asks a second time for one deletion, as if it were another one. */
function passByDrain(pod: RawObject | undefined, o: PodToDelete): PassReason | undefined {
  if (isDrained(pod, o.nowMs)) return 'drained';
  const left = leftMs(pod, o);
  if (left > 0) return undefined;
  return left > -secondReviewMs ? 'limit-passed' : 'asked-again';
}

/** How long a deletion of the pod may wait still, counted from when the drain was asked for, by whatever deletion. */
export function leftMs(pod: RawObject | undefined, { limitMs, nowMs }: Pick<PodToDelete, 'limitMs' | 'nowMs'>): number {
  if (!isAsked(pod, nowMs)) return limitMs;
  return Math.min(limitMs, timeOf(conditionOf(pod, heldDeletion.requested)) + limitMs - nowMs);
}

/** The gate waits for all CLBs of the pod: while one keeps it closed, another may send to the pod already. */
function mayBeSentTo(pod: RawObject | undefined, spec: RawObject, gateType: string): boolean {
  return hasGate(spec, gateType) && (isTrue(pod, gateType) || isTrue(pod, 'ContainersReady'));
}

function hasGate(spec: RawObject, gateType: string): boolean {
  return asList(own(spec, 'readinessGates')).some((gate) => own(asObject(gate), 'conditionType') === gateType);
}

/** A pod cannot ask for it alone: deletions that wait keep the controllers busy that delete for all namespaces. */
function passByWish(pod: RawObject | undefined, { rule, namespaceWish }: PodToDelete): PassReason | undefined {
  const annotations = asObject(own(asObject(own(pod, 'metadata')), 'annotations'));
  const wish = own(annotations, annotation.drainBeforeDelete);
  if (wish === 'false') return 'opted-out';
  if (rule.mode === 'all' || namespaceWish === 'all') return undefined;
  const mayAsk = rule.mode === 'annotated' || namespaceWish === 'annotated';
  return mayAsk && (wish === 'true' || doesServiceAsk(pod)) ? undefined : 'not-opted-in';
}

/** By the condition that the controller writes: the webhook sees no Services. */
function doesServiceAsk(pod: RawObject | undefined): boolean {
  return isTrue(pod, heldDeletion.asked);
}

/** From our answer to the deletion it takes the API server a while, and the weight must not come back meanwhile. */
const requestLifeMs = heldDeletionLifeMs - 5_000;

/** The controller has answered a request that still counts. */
export function isDrained(pod: RawObject | undefined, nowMs: number): boolean {
  const [asked, drained] = [conditionOf(pod, heldDeletion.requested), conditionOf(pod, heldDeletion.drained)];
  const [askedMs, drainedMs] = [timeOf(asked), timeOf(drained)];
  const isAnswered = asked?.['status'] === 'True' && drained?.['status'] === 'True' && drainedMs >= askedMs;
  return isAnswered && nowMs - askedMs < requestLifeMs;
}

/** Somebody else's request for the same pod is under way. */
export function isAsked(pod: RawObject | undefined, nowMs: number): boolean {
  const asked = conditionOf(pod, heldDeletion.requested);
  return asked?.['status'] === 'True' && nowMs - timeOf(asked) < requestLifeMs;
}

function timeOf(condition: RawObject | undefined): number {
  return Date.parse(String(own(condition, 'lastTransitionTime'))) || 0;
}
