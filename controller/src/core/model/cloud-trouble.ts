import type { Finding, FindingReason } from '@clb-direct/shared/domain/finding.ts';
import { CloudError, type CloudErrorKind } from './cloud-error.ts';

const reasons: Readonly<Record<CloudErrorKind, FindingReason>> = {
  throttled: 'CloudThrottled',
  busy: 'LoadBalancerBusy',
  transient: 'CloudUnavailable',
  gone: 'LoadBalancerResourceGone',
  refused: 'CloudRefused',
  quota: 'QuotaReached',
  credentials: 'CredentialsRefused',
};

/** Most telling first: a person can do something about these; the others pass. */
const order: readonly CloudErrorKind[] = ['credentials', 'gone', 'refused', 'quota', 'transient', 'throttled', 'busy'];

export function kindOf(error: unknown): CloudErrorKind {
  if (error instanceof CloudError) return error.kind;
  if (error instanceof AggregateError) return worstOf(error.errors);
  return 'transient';
}

function worstOf(errors: readonly unknown[]): CloudErrorKind {
  const kinds = new Set(errors.map(kindOf));
  return order.find((kind) => kinds.has(kind)) ?? 'transient';
}

/** Why a CLB cannot be read or changed. */
export interface Trouble extends Finding {
  /** By namespace: what is said there instead, because it may name objects of that namespace. */
  readonly inNamespace?: ReadonlyMap<string, Finding>;
}

export function troubleFor({ inNamespace, ...outline }: Trouble, namespace: string): Finding {
  return inNamespace?.get(namespace) ?? outline;
}

/** What went wrong, in words for the people whose owners are concerned. */
export function cloudTrouble(error: unknown): Finding {
  const telling = mostTelling(error);
  const message = telling instanceof Error ? telling.message : String(telling);
  return { severity: 'Warning', reason: reasons[kindOf(error)], message };
}

/** Of several errors in one, that which a person can do something about. */
export function mostTelling(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error;
  const kind = kindOf(error);
  return mostTelling(error.errors.find((inner) => kindOf(inner) === kind));
}

export function notFound(balancerId: string, region: string): Finding {
  const message =
    `CLB ${balancerId} does not exist in region ${region}, or these credentials may not see it; ` +
    'correct the id in the annotation, or REGION in the settings.';
  return { severity: 'Warning', reason: 'LoadBalancerNotFound', message };
}

/**
 * The cloud works and says no to something: everything else goes on, and only that is tried again more and more slowly.
 */
export function isOnlyRefusal(error: unknown): error is CloudError {
  return error instanceof CloudError && (error.kind === 'refused' || error.kind === 'quota');
}

/** The cloud works and does not show a CLB: asking again helps only after somebody has changed something. */
export function isRefusedLook(error: unknown): boolean {
  if (!(error instanceof CloudError)) return false;
  return error.kind === 'refused' || error.code.endsWith('UnauthorizedOperation');
}

export function withoutEffect(balancerId: string): CloudError {
  const message = `CLB ${balancerId} confirmed a change, but does not show it; the change is made again.`;
  return new CloudError(message, { kind: 'refused', code: 'WithoutEffect', action: 'DescribeTargets' });
}

/**
 * The API answered, and failed: one item of the call may be why, such as a listener that was deleted. Without an
 * answer, or where the account is throttled or refused, every other call would fail too.
 */
export function mayBeOneStep(error: unknown): error is CloudError {
  if (!(error instanceof CloudError)) return false;
  return error.kind === 'gone' || (error.kind === 'transient' && error.requestId !== undefined);
}

/** As mayBeOneStep, for a read of several items: one that may not be read, or is just being changed, also fails it. */
export function mayBeOneOfSeveral(error: unknown): error is CloudError {
  if (!(error instanceof CloudError) || error.requestId === undefined) return false;
  return error.kind === 'busy' || isRefusedLook(error) || mayBeOneStep(error);
}
