import type { LeaseView, ReadResult } from './read-state.ts';

/** Whether a leader is there to do the work. */
export type LeaseState =
  | { readonly kind: 'held'; readonly pod: string }
  | { readonly kind: 'free' }
  /** It is renewed, and not by a replica that runs. */
  | { readonly kind: 'stranger'; readonly pod: string; readonly durationMs: number }
  | { readonly kind: 'silent'; readonly pod: string; readonly sinceMs: number }
  | { readonly kind: 'unknown' };

// A renewal may be late by a slow request or two.
const graceMs = 5_000;

/** The holder is a pod's name with a random suffix, which differs between two processes in one pod. */
function podOf(lease: LeaseView): string {
  return lease.holder.replace(/_[^_]*$/, '');
}

/** Judges a Lease that was last renewed `unrenewedMs` ago. `replicas`: those that run, if they could be read. */
export function judgeLease(
  lease: ReadResult<LeaseView>,
  unrenewedMs: number,
  replicas?: ReadResult<readonly string[]>,
): LeaseState {
  if (lease.kind === 'forbidden') return { kind: 'unknown' };
  if (lease.kind === 'absent' || lease.value.holder === '') return { kind: 'free' };
  const pod = podOf(lease.value);
  const { durationMs } = lease.value;
  if (unrenewedMs > durationMs + graceMs) return { kind: 'silent', pod, sinceMs: unrenewedMs };
  const isStranger = replicas?.kind === 'seen' && !replicas.value.includes(pod);
  return isStranger ? { kind: 'stranger', pod, durationMs } : { kind: 'held', pod };
}

/** How long ago the last renewal was, if this machine's clock is right. */
export function unrenewedMs(lease: ReadResult<LeaseView>, nowMs: number): number {
  const renewedMs = lease.kind === 'seen' ? Date.parse(lease.value.renewTime) : Number.NaN;
  return Number.isNaN(renewedMs) ? 0 : nowMs - renewedMs;
}

/** Watches the Lease by the local clock: a renewal is a change, whatever time it contains. */
export function createLeaseWatch(monotonicMs: () => number): (lease: ReadResult<LeaseView>) => LeaseState {
  let seen = '';
  let atMs = monotonicMs();
  return (lease) => {
    const now = JSON.stringify(lease);
    if (now !== seen) {
      seen = now;
      atMs = monotonicMs();
    }
    return judgeLease(lease, monotonicMs() - atMs);
  };
}

/** What is wrong with the Lease, in words; undefined = nothing, or it cannot be known. */
export function leaseProblem(state: LeaseState): string | undefined {
  const look = 'is the webhook running? kubectl -n clb-direct get pods -l app.kubernetes.io/name=clb-direct-webhook';
  if (state.kind === 'free')
    return `no webhook replica holds the Lease, so the certificates are not maintained; ${look}`;
  if (state.kind === 'stranger') return describeStranger(state);
  if (state.kind !== 'silent') return undefined;
  const seconds = Math.round(state.sinceMs / 1_000);
  return `${state.pod} holds the Lease but has not renewed it for ${seconds} s; ${look}`;
}

// A replica that was killed holds it too, until it expires.
function describeStranger({ pod, durationMs }: LeaseState & { kind: 'stranger' }): string {
  return (
    `${pod} holds the Lease and is no replica of the webhook that runs, so the certificates are not maintained; ` +
    `if this lasts longer than ${Math.ceil((durationMs + graceMs) / 1_000)} s, another program renews it: stop it, ` +
    'then kubectl -n clb-direct delete lease clb-direct-webhook'
  );
}
