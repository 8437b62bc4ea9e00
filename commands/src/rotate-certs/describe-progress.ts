import { formatDuration } from './duration.ts';
import type { LeaseState } from './lease-state.ts';
import type { Progress, Target } from './progress.ts';
import type { SecretView } from './secret-view.ts';

/** One line about where a rotation is. */
export function describeProgress(progress: Progress, view: SecretView, lease: LeaseState): string {
  switch (progress.kind) {
    case 'asked':
      return 'the request is in the Secret; the Lease holder will handle it';
    case 'refused':
      return `the webhook refused: ${progress.problem}`;
    case 'vanished':
      return 'the request has vanished before it was served; asking again';
    case 'publishing':
      return `${actor(lease)} published ${progress.nextCa} beside the current CA; nothing is served under it yet`;
    case 'serving':
    case 'served':
      return describeServing(progress, view, lease);
  }
}

function describeServing(
  progress: Progress & { kind: 'serving' | 'served' },
  view: SecretView,
  lease: LeaseState,
): string {
  const leaf = `${actor(lease)} issued leaf ${view.leaf?.serial ?? ''} under ${view.leaf?.signedBy ?? ''}`;
  if (progress.kind === 'served')
    return `${leaf}; every replica serves it${progress.of > 0 ? ` (${progress.of})` : ''}`;
  if (progress.of === 0) return `${leaf}; no replica was seen yet`;
  return `${leaf}; ${progress.seen} of ${progress.of} replicas serve it, not yet ${progress.missing.join(', ')}`;
}

function actor(lease: LeaseState): string {
  return lease.kind === 'held' || lease.kind === 'silent' ? lease.pod : 'the webhook';
}

/** When the old CA stops being trusted, and that it does so by itself. */
export function describeOldCa(view: SecretView, o: { nowMs: number; usualSettleMs: number }): string {
  const endMs = Date.parse(view.phaseSince) + (view.settleMs ?? o.usualSettleMs);
  const names = view.oldCas.map(({ name }) => name).join(', ');
  const stay = view.oldCas.length > 1 ? 'stay' : 'stays';
  if (Number.isNaN(endMs)) return `${names} ${stay} trusted for a while; that ends by itself`;
  const usual = view.settleMs === undefined ? ' if ROTATION_SETTLE_MS is as usual' : '';
  const left = formatDuration(endMs - o.nowMs);
  return `${names} ${stay} trusted until ${new Date(endMs).toISOString()} (${left})${usual}; that ends by itself`;
}

/** The last line of a rotation that is over. */
export function describeDone(kind: Target['kind'], view: SecretView): string {
  const { leaf, currentCa } = view;
  const until = (ms: number | undefined) => (ms === undefined ? 'unknown' : new Date(ms).toISOString());
  if (kind === 'leaf') return `done: the new leaf is good until ${until(leaf?.untilMs)}`;
  return `done: ${currentCa?.name ?? 'the new CA'} signs, until ${until(currentCa?.untilMs)}`;
}
