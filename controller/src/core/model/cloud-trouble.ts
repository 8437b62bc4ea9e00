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

/** What went wrong, in words for the people whose owners are concerned. */
export function cloudTrouble(error: unknown): Finding {
  const kind = kindOf(error);
  return { severity: 'Warning', reason: reasons[kind], message: messageOf(error, kind) };
}

function messageOf(error: unknown, kind: CloudErrorKind): string {
  if (error instanceof AggregateError) {
    const telling: unknown = error.errors.find((inner) => kindOf(inner) === kind);
    return messageOf(telling, kind);
  }
  return error instanceof Error ? error.message : String(error);
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

export function withoutEffect(balancerId: string): CloudError {
  const message = `CLB ${balancerId} confirmed a change, but does not show it; the change is made again.`;
  return new CloudError(message, { kind: 'refused', code: 'WithoutEffect', action: 'DescribeTargets' });
}
