import type { RotationRequest } from '@clb-direct/certs/rotation/request.ts';
import type { RotationOrder } from './command-line.ts';
import { isOfItsOwn, runningOf, wantsOtherTime } from './own-wish.ts';
import { countReplicas, targetAlreadyMade, targetOf, type Target } from './progress.ts';
import { isSameWish, kindOfId, type RequestKind } from './request-id.ts';
import type { SecretView } from './secret-view.ts';

/** What the user wants, as far as the decision needs it. */
export interface Wish extends Pick<RotationOrder, 'kind' | 'reason' | 'settleMs' | 'wait'> {
  /** Of the CA to import. */
  readonly caSha256?: string;
}

/** What to do about a wish, and what to print. */
export type Decision =
  | { readonly kind: 'ask'; readonly target: Target }
  | { readonly kind: 'join'; readonly target: Target; readonly says: string }
  /** Something else goes first; look again soon. */
  | { readonly kind: 'queue'; readonly says: string }
  | { readonly kind: 'done'; readonly says: string }
  | { readonly kind: 'refuse'; readonly says: string };

/** Decides so that the same wish from two places, or twice from one, makes one rotation. */
export function decideRequest(view: SecretView, wish: Wish): Decision {
  if (view.isIssuedElsewhere) return { kind: 'refuse', says: issuedElsewhere };
  return (
    decidePending(view, wish) ??
    decideImported(view, wish) ??
    decidePublished(view, wish) ??
    decideRepeated(view, wish) ??
    decideUnfinished(view, wish) ?? { kind: 'ask', target: targetOf(view, sortOf(wish.kind)) }
  );
}

const issuedElsewhere =
  'the certificates in this Secret are issued by another program (cert-manager?), so rotate them there: ' +
  'cmctl renew, or the issuer of your choice';

function decidePending(view: SecretView, wish: Wish): Decision | undefined {
  const { pending } = view;
  if (pending === undefined) return undefined;
  const target = targetOf(view, sortOf(pending.kind), pending.id);
  if (isServedBy(pending, view, wish)) {
    return { kind: 'join', target, says: `${describeRequest(pending)} is asked for already; joining it` };
  }
  return { kind: 'queue', says: `${describeRequest(pending)} is asked for and goes first` };
}

function isServedBy(pending: RotationRequest, view: SecretView, wish: Wish): boolean {
  if (wish.kind === 'import') return pending.kind === 'import' && view.nextCa?.sha256 === wish.caSha256;
  const isOfSort = wish.kind === 'ca' ? pending.kind !== 'leaf' : pending.kind === 'leaf';
  const requested = { ids: [pending.id], settleMs: pending.settleMs };
  const differs = pending.kind === 'import' ? isOfItsOwn : wantsOtherTime;
  return isOfSort && !differs(wish, requested);
}

function decideImported(view: SecretView, { kind, caSha256, wait }: Wish): Decision | undefined {
  if (kind !== 'import' || view.currentCa?.sha256 !== caSha256) return undefined;
  const { seen, of } = countReplicas(view);
  const isOver = view.phase === 'stable' || (!wait && of > 0 && seen === of);
  if (isOver) return { kind: 'done', says: `nothing to do: ${view.currentCa?.name ?? ''} is the current CA already` };
  return {
    kind: 'join',
    target: targetAlreadyMade('ca'),
    says: 'this CA signs already; joining the rotation that runs',
  };
}

function decidePublished(view: SecretView, wish: Wish): Decision | undefined {
  if (wish.kind === 'leaf' || view.phase !== 'published') return undefined;
  const target = targetOf(view, 'ca');
  const running = `a CA rotation is running, ${view.nextCa?.name ?? 'its CA'} is published`;
  const isServed = wish.kind === 'ca' ? !isOfItsOwn(wish, runningOf(view)) : view.nextCa?.sha256 === wish.caSha256;
  if (isServed) return { kind: 'join', target, says: `${running}; joining it` };
  return { kind: 'queue', says: `${running} and goes first; then another one is asked for` };
}

// Only for a finished one; decideUnfinished joins the rest.
function decideRepeated(view: SecretView, wish: Wish): Decision | undefined {
  const isServed = [view.lastRequestId, view.earlierRequestId].some((id) => isSameWish(id, wish.kind, wish.reason));
  if (!isServed || isRunning(view, wish)) return undefined;
  const says = `nothing to do: the last ${sortOf(wish.kind)} rotation that was asked for had the same reason`;
  return { kind: 'done', says };
}

function decideUnfinished(view: SecretView, wish: Wish): Decision | undefined {
  const sort = sortOf(wish.kind);
  if (wish.kind === 'import' || !isRunning(view, wish)) return undefined;
  const { seen, of } = countReplicas(view);
  const says = `a ${sort} rotation is running, ${seen} of ${of} replicas serve the new leaf; joining it`;
  return { kind: 'join', target: targetAlreadyMade(sort), says };
}

// Its certificate is made and some replica was not seen serving it yet. What has a reason of its own needs a newer one.
function isRunning(view: SecretView, wish: Wish): boolean {
  const kind = kindOfId(view.lastRequestId);
  const isSameSort = kind !== undefined && sortOf(kind) === sortOf(wish.kind);
  const { missing } = countReplicas(view);
  const isWaitedFor = missing.length > 0 && !isOfItsOwn(wish, runningOf(view));
  if (sortOf(wish.kind) === 'leaf') return isSameSort && isWaitedFor;
  const isRepeated = isSameWish(view.lastRequestId, wish.kind, wish.reason);
  return view.phase === 'settling' && (isWaitedFor || (wish.wait && isRepeated));
}

/** An import is a rotation of the CA. */
export function sortOf(kind: RequestKind): Target['kind'] {
  return kind === 'leaf' ? 'leaf' : 'ca';
}

function describeRequest({ kind, reason }: RotationRequest): string {
  const what = { leaf: 'a new leaf', ca: 'a new CA', import: 'the import of a CA' }[kind];
  return reason === '' ? what : `${what} ("${reason}")`;
}
