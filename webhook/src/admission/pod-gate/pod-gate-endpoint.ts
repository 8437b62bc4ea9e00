import type { GateRule } from '@clb-direct/shared/domain/gate-rule.ts';
import type { ClusterNetwork } from '@clb-direct/shared/domain/reach.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { AdmissionMetrics } from '../admission-metrics.ts';
import type { AdmissionEndpoint } from '../endpoint-routes.ts';
import { refusal } from '../refusal.ts';
import { answerFailure, prepareAnswers, type AnswerParts } from './answer-review.ts';
import type { ReviewAnswer } from './review-answer.ts';

/** Where the API server posts its reviews of new pods. */
export const podGatePath = '/mutate-pods';

export interface PodGateOptions extends AnswerParts {
  readonly rule: GateRule;
  /** Undefined = not known yet: the API server is asked to come again. */
  network(): ClusterNetwork | undefined;
  /** New pods go to other replicas until then. */
  isPreStopKnown?(): boolean;
  readonly metrics: Pick<AdmissionMetrics, 'answered'>;
  readonly log: Log;
}

/** The endpoint that adds the gate to new pods, and a preStop sleep where that is asked for. It answers from memory. */
export function createPodGateEndpoint(o: PodGateOptions): AdmissionEndpoint {
  const answerReview = prepareAnswers(o.rule, o);
  return {
    path: podGatePath,
    problems: () => [
      ...(o.network() === undefined ? ['waiting for the ENI default of the cluster'] : []),
      ...((o.isPreStopKnown?.() ?? true)
        ? []
        : ['waiting for the version of the API server and the namespaces that ask for a sleep']),
    ],
    answer(body) {
      const startedMs = performance.now();
      const network = o.network();
      if (network === undefined) throw refusal(503, 'Not ready yet: which pods are ENI pods is still being read.');
      const answered = answerSafely(() => answerReview(body, network), body, o.log);
      if (answered.kind === 'refused') throw refusal(400, answered.problem);
      o.metrics.answered(answered.result, answered.reason, (performance.now() - startedMs) / 1000);
      return JSON.stringify(answered.body);
    },
  };
}

function answerSafely(answerReview: () => ReviewAnswer, body: unknown, log: Log): ReviewAnswer {
  try {
    return answerReview();
  } catch (error) {
    log.error({ err: error }, 'a review could not be judged; its pod was let through unchanged');
    return answerFailure(body) ?? { kind: 'refused', problem: 'The review could not be read.' };
  }
}
