import type { CloudErrorKind } from '../core/model/cloud-error.ts';
import { kindByText } from './error-texts.ts';

/** Codes of our own, for what has none of the cloud's. */
export const ownCode = {
  network: 'Network',
  timeout: 'Timeout',
  malformed: 'Malformed',
  taskFailed: 'TaskFailed',
  taskTimeout: 'TaskTimeout',
  rateLimited: 'ClientRateLimited',
  emptyId: 'EmptyId',
  noCredentials: 'NoCredentials',
  incompleteCredentials: 'IncompleteCredentials',
  unreadableCredentials: 'UnreadableCredentials',
} as const;

/**
 * Error lists of the CLB API (214/30689), of all APIs (214/30688), and of the other products. A code not found here is
 * looked up by its first word.
 */
export const kinds: ReadonlyMap<string, CloudErrorKind> = new Map<string, CloudErrorKind>([
  ['RequestLimitExceeded', 'throttled'],
  [ownCode.rateLimited, 'throttled'],
  ['Http429', 'throttled'],

  ['FailedOperation.ResourceInOperating', 'busy'],
  ['FailedOperation.InvalidLBStatus', 'busy'],
  ['FailedOperation.ResourceInCloning', 'busy'],
  ['ResourceInUse', 'busy'],
  [ownCode.taskTimeout, 'busy'],

  ['InternalError', 'transient'],
  ['ServiceUnavailable', 'transient'],
  ['ResourceUnavailable', 'transient'],
  ['FailedOperation', 'transient'],
  [ownCode.network, 'transient'],
  [ownCode.timeout, 'transient'],
  [ownCode.malformed, 'transient'],
  [ownCode.taskFailed, 'transient'],

  ['FailedOperation.CertificateNotFound', 'gone'],
  ['InvalidParameter.LBIdNotFound', 'gone'],
  ['InvalidParameter.ListenerIdNotFound', 'gone'],
  ['InvalidParameter.LocationNotFound', 'gone'],
  ['InvalidSecurityGroupID.NotFound', 'gone'],
  ['ResourceNotFound', 'gone'],

  ['LimitExceeded', 'quota'],
  ['ResourceInsufficient', 'quota'],
  ['ResourcesSoldOut', 'quota'],

  ['AuthFailure', 'credentials'],
  ['UnauthorizedOperation', 'credentials'],
  [ownCode.noCredentials, 'credentials'],
  [ownCode.incompleteCredentials, 'credentials'],
  [ownCode.unreadableCredentials, 'credentials'],

  ['FailedOperation.TargetNumCheckRisk', 'refused'],
  ['FailedOperation.TrafficCheckRisk', 'refused'],
  ['FailedOperation.FrequencyCheckRisk', 'refused'],
  ['FailedOperation.EipTrafficCheckRisk', 'refused'],
  ['FailedOperation.NoListenerInLB', 'refused'],
  ['FailedOperation.CertificateInvalid', 'refused'],
  ['FailedOperation.CertificateMismatch', 'refused'],
  ['InvalidParameter', 'refused'],
  ['InvalidParameterValue', 'refused'],
  ['MissingParameter', 'refused'],
  ['UnknownParameter', 'refused'],
  ['UnsupportedOperation', 'refused'],
  ['UnsupportedProtocol', 'refused'],
  ['UnsupportedRegion', 'refused'],
  ['OperationDenied', 'refused'],
  ['InvalidAction', 'refused'],
  ['InvalidRequest', 'refused'],
  ['NoSuchVersion', 'refused'],
  ['NoSuchProduct', 'refused'],
  ['RequestSizeLimitExceeded', 'refused'],
  ['DryRunOperation', 'refused'],
  [ownCode.emptyId, 'refused'],
]);

/** The CLB's lock has many spellings (InternalError.…, UnsupportedOperation.…), which share these endings. */
const busyEndings = ['InOperating', 'IncorrectStatus'];

/** Will asking again help? A code that is in no list may pass by itself, so it counts as transient. */
export function kindOf(code: string): CloudErrorKind {
  const exact = kinds.get(code);
  if (exact !== undefined) return exact;
  if (busyEndings.some((ending) => code.endsWith(ending))) return 'busy';
  if (/^Http4\d\d$/.test(code)) return 'refused';
  return kinds.get(code.split('.', 1)[0] ?? '') ?? 'transient';
}

interface Answer {
  readonly code: string;
  readonly message: string;
}

/** The one action of STS; everything else asks CLB. */
export const stsAction = 'AssumeRoleWithWebIdentity';

/**
 * As kindOf, for what was asked and answered: STS knows no CLB, so what it does not find or take is the identity, and
 * some codes mean several things.
 */
export function kindFor(action: string, { code, message }: Answer): CloudErrorKind {
  const kind = kindByText(code, message) ?? kindOf(code);
  return action === stsAction && (kind === 'gone' || kind === 'refused') ? 'credentials' : kind;
}
