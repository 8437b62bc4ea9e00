/** Will asking again help? */
export type CloudErrorKind = 'throttled' | 'busy' | 'transient' | 'gone' | 'refused' | 'quota' | 'credentials';

/** The cloud said no, or nothing; the message is a sentence for the person who reads the event. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  /** The message says it all, so the log leaves out the stack. */
  readonly explained = true;
  readonly kind: CloudErrorKind;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly action: string;

  constructor(
    message: string,
    about: { kind: CloudErrorKind; code: string; action: string; requestId?: string | undefined; cause?: unknown },
  ) {
    super(message, about.cause === undefined ? undefined : { cause: about.cause });
    this.kind = about.kind;
    this.code = about.code;
    this.requestId = about.requestId;
    this.action = about.action;
  }
}

/** Nothing was sent. */
export function leaseLost(action: string): CloudError {
  const message = 'This controller does not hold the Lease any more; another one writes now.';
  return new CloudError(message, { kind: 'transient', code: 'LeaseLost', action });
}

const no: ReadonlySet<CloudErrorKind> = new Set(['refused', 'quota', 'credentials']);

/** The cloud says no: nothing was done, and nothing is on its way. */
export function saysNo(error: unknown): boolean {
  return error instanceof CloudError && no.has(error.kind);
}

/** What it was about is not there. */
export function isGone(error: unknown): boolean {
  return error instanceof CloudError && error.kind === 'gone';
}
