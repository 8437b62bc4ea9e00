import type { LeaseView, Sight } from './read-world.ts';

/** Whether somebody is there to do the work. */
export type LeaseState =
  | { readonly kind: 'held'; readonly pod: string }
  | { readonly kind: 'free' }
  /** It is renewed, and not by a replica that runs. */
  | { readonly kind: 'stranger'; readonly pod: string; readonly durationMs: number }
  | { readonly kind: 'silent'; readonly pod: string; readonly sinceMs: number }
  | { readonly kind: 'unknown' };

// A renewal may be late by a slow request or two.
const graceMs = 5_000;

/** The holder is a pod's name with a random ending, which tells two runs in one pod apart. */
function podOf(lease: LeaseView): string {
  return lease.holder.replace(/_[^_]*$/, '');
}

/** Judges the Lease when nothing was renewed for so long. Without `replicas`, the names of those that run, nobody is a stranger. */
export function judgeLease(
  lease: Sight<LeaseView>,
  unrenewedMs: number,
  replicas?: Sight<readonly string[]>,
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
  if (state.kind === 'stranger') return tellStranger(state);
  if (state.kind !== 'silent') return undefined;
  const seconds = Math.round(state.sinceMs / 1_000);
  return `${state.pod} holds the Lease but has not renewed it for ${seconds} s; ${look}`;
}

// A replica that was killed holds it too, until it has run out.
function tellStranger({ pod, durationMs }: LeaseState & { kind: 'stranger' }): string {
  return (
    `${pod} holds the Lease and is no replica of the webhook that runs, so nobody works on the certificates; if it is ` +
    `still so in ${Math.ceil((durationMs + graceMs) / 1_000)} s, somebody else renews it: stop that, and then ` +
    'kubectl -n clb-direct delete lease clb-direct-webhook'
  );
}
