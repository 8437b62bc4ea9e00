import type { GateReason } from '@clb-direct/shared/domain/gate-rule.ts';
import { apiVersion, kind } from '../read-review.ts';

/** What goes back to the API server, with the words for the metric. */
export type ReviewAnswer =
  | { readonly kind: 'review'; readonly body: ReviewBody; readonly result: ReviewResult; readonly reason: ReviewReason }
  | { readonly kind: 'refused'; readonly problem: string };

/** `sleep-added`: the pod gets a preStop sleep and no gate, because it has one, or nobody would open it. */
export type ReviewResult = 'gated' | 'sleep-added' | 'left-alone' | 'error';
export type ReviewReason = GateReason | 'controller-away' | 'not-asked-for' | 'unreadable-pod' | 'internal-error';

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

/** Why something was answered, in the words of the metric. */
export interface AnswerWords {
  readonly uid: string;
  readonly result: ReviewResult;
  readonly reason: ReviewReason;
}

/** The answer to a review: always allowed. `patch` is base64. */
export function allow(
  { uid, result, reason }: AnswerWords,
  patch?: string,
  warnings: readonly string[] = [],
): ReviewAnswer {
  const response = {
    uid,
    allowed: true as const,
    ...(patch === undefined ? {} : { patchType: 'JSONPatch' as const, patch }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
  return { kind: 'review', body: { apiVersion, kind, response }, result, reason };
}
