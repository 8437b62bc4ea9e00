import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { ApiFailure } from './api-failure.ts';
import { kindFor, kindOf, ownCode, stsAction } from './error-kinds.ts';
import { kindByText } from './error-texts.ts';
import { productOf } from './products.ts';

/** Where and as whom the cloud was asked. */
export interface Asked {
  /** Completes the sentence "Could not ...". */
  readonly purpose: string;
  readonly action: string;
  readonly region: string;
  readonly endpoint: string;
  /** Where the credentials came from. */
  readonly source: string;
}

/**
 * Says what was asked, what the cloud said, and what to do. The same error gives the same text, so that events add
 * up.
 */
export function explain(failure: Pick<ApiFailure, 'code' | 'message'>, asked: Asked): string {
  return `Could not ${asked.purpose}: ${said(failure, asked.endpoint)}. ${advice(failure, asked)}`;
}

/** Leaves room for what was asked and what to do. */
const longestAnswer = 300;

function said(failure: Pick<ApiFailure, 'code' | 'message'>, endpoint: string): string {
  const code = safeText(failure.code);
  const message = safeText(onOneLine(failure.message.trim()), longestAnswer);
  switch (code) {
    case ownCode.network:
      return `the API at ${endpoint} could not be reached (${message})`;
    case ownCode.timeout:
      return `the API at ${endpoint} did not answer in time`;
    case ownCode.malformed:
      return `the answer of the API at ${endpoint} is not as documented (${message})`;
    case ownCode.taskFailed:
      return `the CLB began and then failed (${message})`;
    case ownCode.taskTimeout:
      return 'the CLB has not finished in time';
    case ownCode.rateLimited:
      return 'too many requests wait for the client-side rate limit';
  }
  if (code.startsWith('Http')) return `the API at ${endpoint} answered with HTTP status ${code.slice('Http'.length)}`;
  // The text of this one counts the requests, so that it differs each time.
  if (kindOf(code) === 'throttled') return `Tencent Cloud takes no more requests for now (${code})`;
  return `Tencent Cloud answered "${withoutFullStop(message)}" (${code})`;
}

type Advice = (asked: Asked) => string;

const regionAdvice: Advice = ({ region }) =>
  `Set REGION to a region that has CLB, such as ap-guangzhou; it is "${region}".`;

const trafficAdvice: Advice = () =>
  'Move the clients that still use its address; it is tried again when there is less traffic.';

const adviceByCode = new Map<string, Advice>([
  ['AuthFailure.SecretIdNotFound', ({ source }) => `No such secret id exists; correct it in ${source}.`],
  [
    'AuthFailure.InvalidSecretId',
    ({ source }) => `The secret id is not one of a cloud API key; correct it in ${source}.`,
  ],
  [
    'AuthFailure.SignatureFailure',
    ({ source }) => `The secret key does not belong to the secret id; correct it in ${source}.`,
  ],
  ['AuthFailure.TokenFailure', ({ source }) => `The session token is wrong or has expired; renew it in ${source}.`],
  ['AuthFailure.SignatureExpire', () => `The clock of this machine is wrong by more than five minutes; correct it.`],
  ['AuthFailure.UnauthorizedOperation', permissionAdvice],
  ['UnauthorizedOperation', permissionAdvice],
  ['UnsupportedRegion', regionAdvice],
  ['InvalidParameter.RegionNotFound', regionAdvice],
  ['InvalidParameter.LBIdNotFound', ({ region }) => `Check the id of the CLB, and that it is in region ${region}.`],
  ['InvalidParameter.ListenerIdNotFound', () => 'The listener may have been deleted; the CLB is read again.'],
  [
    'InvalidParameter.PortCheckFailed',
    () => 'Another listener of this CLB may hold the port already; use another port or CLB.',
  ],
  ['FailedOperation.TargetNumCheckRisk', () => 'It is tried again, until its targets are gone.'],
  ['FailedOperation.TrafficCheckRisk', trafficAdvice],
  ['FailedOperation.EipTrafficCheckRisk', trafficAdvice],
  [
    'FailedOperation.FrequencyCheckRisk',
    () => 'Many CLBs of the region were deleted within a few minutes; it is tried again.',
  ],
  ['UnsupportedOperation', () => 'Check that the CLB is of the current kind and in a VPC.'],
  [
    'LimitExceeded',
    () => 'Delete what is not needed or raise the quota in the CLB console; it is tried again periodically.',
  ],
  [ownCode.rateLimited, () => 'It is tried again.'],
]);

const adviceByKind = {
  throttled: () => 'It is tried again more slowly; other tools that use the same account count too.',
  busy: () => 'Another change of this CLB is in progress; it is tried again.',
  transient: () => 'It is tried again.',
  gone: () => 'It does not exist any more; the CLB is read again.',
  refused: () => 'It is refused until the request changes.',
  quota: () => 'The account or the region has no more of it; it is tried again periodically.',
  credentials: ({ source }: Asked) => `Check the credentials in ${source}.`,
} as const;

function advice(failure: Pick<ApiFailure, 'code' | 'message'>, asked: Asked): string {
  const { code, message } = failure;
  const byCode = kindByText(code, message) === undefined ? adviceByCode.get(code) : undefined;
  return (byCode ?? adviceByKind[kindFor(asked.action, failure)])(asked);
}

function permissionAdvice({ action, source }: Asked): string {
  if (action === stsAction) return "Let the role trust the cluster's identity provider in CAM.";
  return `Allow ${productOf(action)}:${action} in CAM for the identity whose credentials are in ${source}.`;
}

/** CAM's refusals have two lines: which operation, and on which resource. */
function onOneLine(message: string): string {
  return message.replace(')\nresource (', '), resource (');
}

function withoutFullStop(message: string): string {
  return message.trim().replace(/[.。]+$/, '');
}
