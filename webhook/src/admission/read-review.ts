import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { asObject, type RawObject } from '@clb-direct/shared/domain/raw.ts';

/** What a review and its answer both say of themselves. */
export const apiVersion = 'admission.k8s.io/v1';
export const kind = 'AdmissionReview';

/** The request of a review, with the uid that its answer repeats. */
interface ReviewRequest {
  readonly request: RawObject;
  readonly uid: string;
}

/** Reads a body as an AdmissionReview; the problem says why it is none that can be answered. */
export function readReview(body: unknown): ReviewRequest | { readonly problem: string } {
  const review = asObject(body);
  if (review === undefined) return { problem: 'The body is not a JSON object; send an AdmissionReview.' };
  const [version, name] = [review['apiVersion'], review['kind']];
  if (version !== apiVersion) return { problem: `apiVersion is ${show(version)}; send ${apiVersion}.` };
  if (name !== kind) return { problem: `kind is ${show(name)}; send ${kind}.` };
  const request = asObject(review['request']);
  if (request === undefined) return { problem: 'request is not an object; send a review with a request.' };
  const uid = request['uid'];
  if (typeof uid !== 'string' || uid === '') return { problem: `request.uid is ${show(uid)}; send a text.` };
  return { request, uid };
}

const longestShown = 60;

// Foreign input in an answer: short, and of JSON only, so that nothing can hide in it.
function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'object' && value !== null) return 'not a text';
  return safeText(JSON.stringify(value), longestShown);
}
