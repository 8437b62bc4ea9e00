import type { LeaseView, Sight } from './read-world.ts';

/** Whether somebody is there to do the work. */
export type LeaseState =
  | { readonly kind: 'held'; readonly pod: string }
  | { readonly kind: 'free' }
  | { readonly kind: 'silent'; readonly pod: string; readonly sinceMs: number }
  | { readonly kind: 'unknown' };

// A renewal may be late by a slow request or two.
const graceMs = 5_000;

/** The holder is a pod's name with a random ending, which tells two runs in one pod apart. */
function podOf(lease: LeaseView): string {
  return lease.holder.replace(/_[^_]*$/, '');
}

/** Judges the Lease when nothing was renewed for so long. */
export function judgeLease(lease: Sight<LeaseView>, unrenewedMs: number): LeaseState {
  if (lease.kind === 'forbidden') return { kind: 'unknown' };
  if (lease.kind === 'absent' || lease.value.holder === '') return { kind: 'free' };
  const pod = podOf(lease.value);
  if (unrenewedMs <= lease.value.durationMs + graceMs) return { kind: 'held', pod };
  return { kind: 'silent', pod, sinceMs: unrenewedMs };
}

/** How long ago the last renewal was, if this machine's clock is right. */
export function unrenewedMs(lease: Sight<LeaseView>, nowMs: number): number {
  const renewedMs = lease.kind === 'seen' ? Date.parse(lease.value.renewTime) : Number.NaN;
  return Number.isNaN(renewedMs) ? 0 : nowMs - renewedMs;
}

/** Watches the Lease by a clock of its own: a renewal is a change, whatever time it names. */
export function createLeaseWatch(monotonicMs: () => number): (lease: Sight<LeaseView>) => LeaseState {
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

/** What is wrong with the Lease, in words; undefined = nothing, or nobody may say. */
export function leaseProblem(state: LeaseState): string | undefined {
  const look = 'is the webhook running? kubectl -n clb-direct get pods -l app.kubernetes.io/name=clb-direct-webhook';
  if (state.kind === 'free') return `no webhook replica holds the Lease, so nobody works on the certificates; ${look}`;
  if (state.kind !== 'silent') return undefined;
  const seconds = Math.round(state.sinceMs / 1_000);
  return `${state.pod} holds the Lease but has not renewed it for ${seconds} s; ${look}`;
}
