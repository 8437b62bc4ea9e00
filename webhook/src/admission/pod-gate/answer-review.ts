import { decideGate, type GateReason, type GateRule, type PodFacts } from '@clb-direct/shared/domain/gate-rule.ts';
import { apiVersion, kind, readReview } from '../read-review.ts';
import { writePatches, type GatePatches } from './gate-patches.ts';
import { readPodFacts } from '@clb-direct/shared/domain/pod-facts.ts';
import { asObject, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { ClusterNetwork } from '@clb-direct/shared/domain/reach.ts';

/** What goes back to the API server, with the words for the metric. */
export type ReviewAnswer =
  | { readonly kind: 'review'; readonly body: ReviewBody; readonly result: ReviewResult; readonly reason: ReviewReason }
  | { readonly kind: 'refused'; readonly problem: string };

export type ReviewResult = 'gated' | 'left-alone' | 'error';
export type ReviewReason = GateReason | 'not-asked-for' | 'unreadable-pod' | 'internal-error';

/** An AdmissionReview that carries a response (admission.k8s.io/v1). */
export interface ReviewBody {
  readonly apiVersion: 'admission.k8s.io/v1';
  readonly kind: 'AdmissionReview';
  readonly response: {
    readonly uid: string;
    readonly allowed: true;
    readonly patchType?: 'JSONPatch';
    readonly patch?: string;
    readonly warnings?: readonly string[];
  };
}

/**
 * Answers one review from what it carries alone. Never denies: a pod without our gate is better than no pod. A dry run
 * is answered like any other, as nothing is written anywhere.
 */
export type AnswerReview = (body: unknown, network: ClusterNetwork) => ReviewAnswer;

/** Prepares what is the same in all answers: there are but two patches. */
export function prepareAnswers(rule: GateRule): AnswerReview {
  const patches = writePatches(rule.gateType);
  return (body, network) => answerReview(body, { rule, patches, network });
}

interface Ground {
  readonly rule: GateRule;
  readonly patches: GatePatches;
  readonly network: ClusterNetwork;
}

function answerReview(body: unknown, { rule, patches, network }: Ground): ReviewAnswer {
  const read = readReview(body);
  if ('problem' in read) return { kind: 'refused', problem: read.problem };
  const { request, uid } = read;
  if (!isPodCreation(request)) return leave(uid, 'not-asked-for');
  const facts = readPodFacts(request['object']);
  if ('problem' in facts) return leave(uid, 'unreadable-pod', `request.${facts.problem}`);
  const { addGate, reason } = decideGate(facts, namespaceOf(request), rule, network);
  return addGate ? gate(uid, reason, patchFor(facts, patches)) : leave(uid, reason);
}

/** The answer when our own code failed: allowed, unchanged. Undefined if not even the uid can be read. */
export function answerFailure(body: unknown): ReviewAnswer | undefined {
  const read = readReview(body);
  if ('problem' in read) return undefined;
  return {
    kind: 'review',
    body: reviewBody({ uid: read.uid, allowed: true }),
    result: 'error',
    reason: 'internal-error',
  };
}

function isPodCreation(request: RawObject): boolean {
  const isPods = isNamed(request, 'resource', 'pods') && isNamed(request, 'kind', 'Pod');
  return isPods && request['operation'] === 'CREATE' && (request['subResource'] ?? '') === '';
}

function isNamed(request: RawObject, field: 'resource' | 'kind', name: string): boolean {
  const named = asObject(request[field]);
  return named?.['group'] === '' && named['version'] === 'v1' && named[field] === name;
}

function namespaceOf(request: RawObject): string {
  const namespace = request['namespace'];
  return typeof namespace === 'string' ? namespace : '';
}

function patchFor({ gateTypes }: PodFacts, { firstGate, furtherGate }: GatePatches): string {
  return gateTypes === undefined ? firstGate : furtherGate;
}

function gate(uid: string, reason: GateReason, patch: string): ReviewAnswer {
  return {
    kind: 'review',
    body: reviewBody({ uid, allowed: true, patchType: 'JSONPatch', patch }),
    result: 'gated',
    reason,
  };
}

function leave(uid: string, reason: ReviewReason, problem?: string): ReviewAnswer {
  const response =
    problem === undefined
      ? { uid, allowed: true as const }
      : { uid, allowed: true as const, warnings: [`clb-direct left this pod alone: ${problem}.`] };
  return { kind: 'review', body: reviewBody(response), result: 'left-alone', reason };
}

function reviewBody(response: ReviewBody['response']): ReviewBody {
  return { apiVersion, kind, response };
}
