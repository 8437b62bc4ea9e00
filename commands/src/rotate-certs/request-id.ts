import { createHash, randomUUID } from 'node:crypto';
import type { RotationRequest } from '@clb-direct/certs/rotation/request.ts';

export type RequestKind = RotationRequest['kind'];

const kinds: readonly string[] = ['leaf', 'ca', 'import'] satisfies RequestKind[];
// Without a reason every request is one of its own.
const noMark = 'once';

/**
 * The id says what was asked for and why, as the webhook keeps nothing else of a request that it has taken up, and
 * automatic renewals overwrite the reason.
 */
export function makeRequestId(kind: RequestKind, reason: string | undefined): string {
  return `${kind}-${markOf(reason)}-${randomUUID().slice(0, 8)}`;
}

/** A request of this id asked for the same with the same reason. */
export function isSameWish(id: string, kind: RequestKind, reason: string | undefined): boolean {
  return reason !== undefined && id.startsWith(`${kind}-${markOf(reason)}-`);
}

/** What a request of this id asked for; undefined when its writer chose ids of another form. */
export function kindOfId(id: string): RequestKind | undefined {
  const [kind = ''] = id.split('-');
  return isKind(kind) ? kind : undefined;
}

function markOf(reason: string | undefined): string {
  return reason === undefined ? noMark : createHash('sha256').update(reason).digest('hex').slice(0, 12);
}

function isKind(kind: string): kind is RequestKind {
  return kinds.includes(kind);
}
