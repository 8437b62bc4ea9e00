import type { FindingReason } from '@clb-direct/shared/domain/finding.ts';
import { ownCode } from '../clb/error-kinds.ts';

/** What the API may answer that means the same for the controller. */
export interface ErrorClass {
  readonly name: string;
  readonly codes: readonly string[];
  readonly reason: FindingReason;
  /** The longest pause between two runs that fail. */
  readonly longestMs: number;
  /** How long one run may ask again by itself. */
  readonly retriesMs: number;
}

/** The codes of the API's lists (docs 214/30689 and 214/30688), and what stands for an answer that never comes. */
export const errorClasses: readonly ErrorClass[] = [
  {
    name: 'throttled',
    codes: ['RequestLimitExceeded', 'RequestLimitExceeded.UinLimitExceeded', 'Http429'],
    reason: 'CloudThrottled',
    longestMs: 10_000,
    retriesMs: 7_000,
  },
  {
    name: 'busy',
    codes: [
      'FailedOperation.ResourceInOperating',
      'FailedOperation.InvalidLBStatus',
      'FailedOperation.ResourceInCloning',
      'ResourceInUse',
      'InternalError.ResourceInOperating',
      'UnsupportedOperation.IncorrectStatus',
    ],
    reason: 'LoadBalancerBusy',
    longestMs: 5_000,
    retriesMs: 30_000,
  },
  {
    name: 'failed',
    codes: ['InternalError', 'InternalError.Anything', 'ServiceUnavailable', 'FailedOperation', ownCode.taskFailed],
    reason: 'CloudUnavailable',
    longestMs: 10_000,
    retriesMs: 7_000,
  },
  {
    name: 'unanswered',
    codes: [ownCode.network, ownCode.timeout, ownCode.malformed, 'Http500', 'Http503'],
    reason: 'CloudUnavailable',
    longestMs: 10_000,
    retriesMs: 7_000,
  },
  {
    name: 'gone',
    codes: [
      'InvalidParameter.LBIdNotFound',
      'InvalidParameter.ListenerIdNotFound',
      'InvalidParameter.LocationNotFound',
      'ResourceNotFound',
    ],
    reason: 'LoadBalancerResourceGone',
    longestMs: 15_000,
    retriesMs: 0,
  },
  {
    name: 'refused',
    codes: [
      'InvalidParameter',
      'InvalidParameter.FormatError',
      'InvalidParameter.InvalidFilter',
      'InvalidParameter.PortCheckFailed',
      'InvalidParameter.ProtocolCheckFailed',
      'InvalidParameter.RegionNotFound',
      'InvalidParameter.ClientTokenLimitExceeded',
      'InvalidParameter.RewriteAlreadyExist',
      'InvalidParameter.SomeRewriteNotFound',
      'InvalidParameterValue',
      'InvalidParameterValue.Duplicate',
      'InvalidParameterValue.InvalidFilter',
      'InvalidParameterValue.Length',
      'InvalidParameterValue.Range',
      'MissingParameter',
      'UnknownParameter',
      'UnsupportedOperation',
      'OperationDenied',
      'InvalidAction',
      'NoSuchVersion',
      'RequestSizeLimitExceeded',
      'UnsupportedRegion',
      'FailedOperation.TargetNumCheckRisk',
      'FailedOperation.TrafficCheckRisk',
      'FailedOperation.FrequencyCheckRisk',
      'FailedOperation.EipTrafficCheckRisk',
      'FailedOperation.NoListenerInLB',
      'DryRunOperation',
    ],
    reason: 'CloudRefused',
    longestMs: 30_000,
    retriesMs: 0,
  },
  {
    name: 'quota',
    codes: ['LimitExceeded', 'ResourceInsufficient', 'ResourcesSoldOut'],
    reason: 'QuotaReached',
    longestMs: 30_000,
    retriesMs: 0,
  },
  {
    name: 'credentials',
    codes: [
      'AuthFailure',
      'AuthFailure.TokenFailure',
      'AuthFailure.SignatureExpire',
      'AuthFailure.SignatureFailure',
      'AuthFailure.SecretIdNotFound',
      'AuthFailure.InvalidSecretId',
      'AuthFailure.InvalidAuthorization',
      'AuthFailure.UnauthorizedOperation',
      'UnauthorizedOperation',
    ],
    reason: 'CredentialsRefused',
    longestMs: 15_000,
    retriesMs: 0,
  },
];
