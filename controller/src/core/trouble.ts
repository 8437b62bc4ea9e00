import type { Problem } from './binding.ts';
import { CloudError, type CloudErrorKind, type Refusal } from './clb-port.ts';

const reasons: Readonly<Record<CloudErrorKind, string>> = {
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

/** What went wrong, in words for the people whose Services are concerned. */
export function troubleOf(error: unknown): Problem {
  const kind = kindOf(error);
  return { reason: reasons[kind], message: messageOf(error, kind) };
}

function messageOf(error: unknown, kind: CloudErrorKind): string {
  if (error instanceof AggregateError) {
    const telling: unknown = error.errors.find((inner) => kindOf(inner) === kind);
    return messageOf(telling, kind);
  }
  return error instanceof Error ? error.message : String(error);
}

export function notFound(loadBalancerId: string, region: string): Problem {
  const message = `CLB ${loadBalancerId} does not exist in region ${region}, or these credentials may not see it; correct the id in the Service's annotation, or REGION in the settings.`;
  return { reason: 'LoadBalancerNotFound', message };
}

export function refusalOf({ listenerId, message, cause }: Refusal): CloudError {
  if (cause !== undefined) return cause;
  const text = `Listener ${listenerId} did not take a change of its targets: ${message}`;
  return new CloudError(text, { kind: 'refused', code: 'TargetsRefused', action: 'BatchRegisterTargets' });
}

/** The cloud works and says no to something: everything else goes on, and only that is tried again more and more slowly. */
export function isOnlyRefusal(error: unknown): boolean {
  return error instanceof CloudError && (error.kind === 'refused' || error.kind === 'quota');
}

export function withoutEffect(loadBalancerId: string): CloudError {
  const message = `CLB ${loadBalancerId} confirmed a change, but does not show it; the change is made again.`;
  return new CloudError(message, { kind: 'refused', code: 'WithoutEffect', action: 'DescribeTargets' });
}
