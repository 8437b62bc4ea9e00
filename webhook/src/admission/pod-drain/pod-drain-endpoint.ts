import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { AdmissionEndpoint } from '../endpoint-routes.ts';
import { apiVersion, kind, readReview } from '../read-review.ts';
import { refusal } from '../refusal.ts';
import { createBudgetReader } from './budget-reader.ts';
import { holdDeletion, type HoldOptions } from './hold-deletion.ts';
import {
  passByPod,
  readDeletion,
  type DeletionRequest,
  type DrainRule,
  type NamespaceWish,
  type PassReason,
} from './judge-deletion.ts';
import type { Exhausted } from './disruption-budgets.ts';
import { startDrainLimit } from './drain-limit.ts';
import type { DrainNamespaces } from './drain-namespaces.ts';
import type { DrainMetrics } from './drain-metrics.ts';
import { createOneByOne } from './one-by-one.ts';
import type { DrainOutcome, Surrender } from './drain-outcome.ts';
import { refuseEviction } from './refuse-eviction.ts';
import { isSurrender, undrainedFinding } from './undrained-finding.ts';

/** Where the API server posts its reviews of deletions and evictions of pods. */
export const podDrainPath = '/drain-pods';

export interface PodDrainOptions {
  readonly api: KubeApi;
  readonly rule: DrainRule;
  /** A deletion waits no longer than this. */
  readonly limitMs: number;
  readonly settleMs: number;
  /** By the API server's clock. */
  readonly nowMs: () => number;
  readonly namespaces: DrainNamespaces;
  readonly isControllerThere: (signal: AbortSignal) => Promise<boolean>;
  /** About a pod, by its namespace and name. */
  readonly report: (pod: RawObject, finding: Finding) => void;
  readonly metrics: DrainMetrics;
  readonly log: Log;
  /** Aborts when the program is about to end: then nothing is held any more. */
  readonly signal: AbortSignal;
}

/** Decides when a deletion goes through. Refuses none, and evictions only as their budget does at that moment. */
export function createPodDrainEndpoint(options: PodDrainOptions): AdmissionEndpoint {
  const o = { ...options, oneByOne: createOneByOne(options.signal), budgetsOf: createBudgetReader(options) };
  return {
    path: podDrainPath,
    problems: () => [],
    answer(body, keep = () => undefined) {
      const read = readReview(body);
      if ('problem' in read) throw refusal(400, read.problem);
      const deletion = readDeletion(read.request, read.uid);
      if (typeof deletion === 'string') return pass(read.uid, deletion, o);
      const reason = passNow(deletion, o);
      // The event about the latter is for a pod that the API server knows: anybody may post a review.
      const isHeld = reason === undefined || reason === 'asked-again';
      return isHeld ? hold(deletion, { ...o, keep }) : pass(read.uid, reason, o);
    },
    answerUnparsed: (uid) => pass(uid, 'unreadable-pod', o),
  };
}

/**
 * Where deletions are not held. While the webhook rolls out, replicas of both modes answer for one registration, and
 * with DRAIN_FAILURE_POLICY=Fail a path that one of them does not know would refuse the deletion.
 */
export const openDrainEndpoint: AdmissionEndpoint = {
  path: podDrainPath,
  problems: () => [],
  answer(body) {
    const read = readReview(body);
    if ('problem' in read) throw refusal(400, read.problem);
    return allowed(read.uid);
  },
  answerUnparsed: allowed,
};

function passNow({ pod, namespace }: DeletionRequest, o: PodDrainOptions): PassReason | undefined {
  if (pod === undefined) return undefined;
  const wish = o.namespaces.wishOf(namespace);
  return passByPod(pod, { ...judged(wish === 'unknown' ? 'all' : wish, o), nowMs: o.nowMs() });
}

function judged(namespaceWish: NamespaceWish | undefined, { rule, limitMs }: PodDrainOptions) {
  return { rule, namespaceWish, limitMs };
}

function pass(uid: string, outcome: DrainOutcome, { metrics }: PodDrainOptions): string {
  metrics.answered(outcome);
  return allowed(uid);
}

function allowed(uid: string): string {
  return JSON.stringify({ apiVersion, kind, response: { uid, allowed: true } });
}

type Options = PodDrainOptions & Pick<HoldOptions, 'oneByOne' | 'budgetsOf' | 'keep'>;

async function hold(deletion: DeletionRequest, o: Options): Promise<string> {
  const done = o.metrics.began();
  const outcome = await outcomeOf(deletion, o);
  done();
  if (typeof outcome === 'string') return pass(deletion.uid, outcome, o);
  o.metrics.answered('budget-exhausted');
  return refuseEviction(deletion.uid, outcome.budget);
}

async function outcomeOf(deletion: DeletionRequest, o: Options): Promise<DrainOutcome | Exhausted> {
  const limit = startDrainLimit(o.limitMs);
  const signal = AbortSignal.any([o.signal, limit.signal]);
  try {
    const wish = await o.namespaces.read(deletion.namespace, signal);
    const result = await holdDeletion(deletion, judged(wish, o), { ...o, signal, limit });
    if (result.kind === 'exhausted') return result;
    const outcome = result.kind === 'passed' ? result.reason : result.kind;
    return isSurrender(outcome) ? surrender(outcome, deletion, o) : outcome;
  } catch (error) {
    // The pod of an eviction may not have asked: it was not read yet.
    if (o.signal.aborted) return deletion.pod === undefined ? 'stopping' : surrender('stopping', deletion, o);
    if (limit.signal.aborted) return surrender('gave-up', deletion, o);
    o.log.error({ err: error, pod: nameOf(deletion) }, 'a deletion could not be held, and was let through undrained');
    return surrender('error', deletion, o);
  }
}

function surrender(outcome: Surrender, deletion: DeletionRequest, o: PodDrainOptions): Surrender {
  const metadata = asObject(own(deletion.pod, 'metadata')) ?? {};
  const pod = { ...metadata, namespace: deletion.namespace, name: deletion.name };
  o.report(pod, undrainedFinding(deletion, outcome));
  return outcome;
}

function nameOf({ namespace, name }: DeletionRequest): string {
  return `${namespace}/${name}`;
}
