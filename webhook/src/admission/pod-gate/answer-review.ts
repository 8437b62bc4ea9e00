import { decideGate, type GateRule, type GateVerdict, type PodFacts } from '@clb-direct/shared/domain/gate-rule.ts';
import { readReview } from '../read-review.ts';
import type { PatchOperation } from '../pre-stop/judge-sleep.ts';
import type { JudgePreStop } from '../pre-stop/pre-stop.ts';
import { encodePatch, prepareGatePatches, type WriteGatePatch } from './gate-patches.ts';
import { wordWarnings } from './word-warnings.ts';
import { allow, type AnswerWords, type ReviewAnswer } from './review-answer.ts';
import { readPodFacts } from '@clb-direct/shared/domain/pod-facts.ts';
import { asObject, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { ClusterNetwork } from '@clb-direct/shared/domain/reach.ts';

/**
 * Answers one review from what it carries and what is in memory. Never denies: a pod without our gate is better than no
 * pod. A dry run is answered like any other, as nothing is written anywhere.
 */
export type AnswerReview = (body: unknown, network: ClusterNetwork) => ReviewAnswer;

export interface AnswerParts {
  /** Undefined where no pod gets a sleep. */
  readonly judgePreStop?: JudgePreStop | undefined;
  /** Nobody would open a gate. */
  readonly isControllerAway?: () => boolean;
}

/** Prepares what is the same in all answers. */
export function prepareAnswers(rule: GateRule, parts: AnswerParts = {}): AnswerReview {
  const writeGatePatch = prepareGatePatches(rule.gateType);
  return (body, network) => answerReview(body, { ...parts, rule, writeGatePatch, network });
}

interface Ground extends AnswerParts {
  readonly rule: GateRule;
  readonly writeGatePatch: WriteGatePatch;
  readonly network: ClusterNetwork;
}

function answerReview(body: unknown, ground: Ground): ReviewAnswer {
  const read = readReview(body);
  if ('problem' in read) return { kind: 'refused', problem: read.problem };
  const { request, uid } = read;
  if (!isPodCreation(request)) return allow({ uid, result: 'left-alone', reason: 'not-asked-for' });
  const facts = readPodFacts(request['object']);
  if ('problem' in facts) {
    const warning = `clb-direct left this pod alone: request.${facts.problem}.`;
    return allow({ uid, result: 'left-alone', reason: 'unreadable-pod' }, undefined, [warning]);
  }
  const verdict = decideGate(facts, namespaceOf(request), ground.rule, ground.network);
  return answerPod({ uid, request, facts, verdict }, ground);
}

interface JudgedPod {
  readonly uid: string;
  readonly request: RawObject;
  readonly facts: PodFacts;
  readonly verdict: GateVerdict;
}

function answerPod({ uid, request, facts, verdict }: JudgedPod, ground: Ground): ReviewAnswer {
  const { addGate, reason } = verdict;
  const mayBeTarget = addGate || reason === 'has-gate';
  const sleep = mayBeTarget ? ground.judgePreStop?.(asObject(request['object']), namespaceOf(request)) : undefined;
  const { operations: others, warning } = sleep ?? noSleep;
  const warnings = [warning, ...wordWarnings(facts, ground.rule)].filter((one) => one !== undefined);
  const isPaused = addGate && ground.isControllerAway?.() === true;
  if (isPaused || !addGate)
    return withoutGate({ uid, reason: isPaused ? 'controller-away' : reason }, others, warnings);
  const patch = ground.writeGatePatch({ hasGates: facts.gateTypes !== undefined, others });
  return allow({ uid, result: 'gated', reason }, patch, warnings);
}

const noSleep = { operations: [], warning: undefined } as const;

function withoutGate(
  words: Pick<AnswerWords, 'uid' | 'reason'>,
  others: readonly PatchOperation[],
  warnings: readonly string[],
): ReviewAnswer {
  return others.length === 0
    ? allow({ ...words, result: 'left-alone' }, undefined, warnings)
    : allow({ ...words, result: 'sleep-added' }, encodePatch(others), warnings);
}

/** The answer when our own code failed: allowed, unchanged. Undefined if not even the uid can be read. */
export function answerFailure(body: unknown): ReviewAnswer | undefined {
  const read = readReview(body);
  if ('problem' in read) return undefined;
  return allow({ uid: read.uid, result: 'error', reason: 'internal-error' });
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
