import { isDeepStrictEqual } from 'node:util';
import type { SecretStore } from '@clb-direct/certs/secret-store.ts';
import type { ReconcileLoops } from '../reconcile-loop/reconcile-loops.ts';
import type { ServingCertificates } from './serving-certificates.ts';

const untilCertifiedMs = 1_000;

/** What each replica does, leader or not: it serves what the Secret holds as soon as the API servers trust it. */
export async function followSecret(o: {
  store: SecretStore;
  /** The bundle that the registration carries now, PEM; '' = none. */
  readPublishedBundle(signal: AbortSignal): Promise<string>;
  certificates: ServingCertificates;
  pollMs: number;
  /** How long to wait while this replica serves what the Secret holds. */
  restMs(): number;
  loops: ReconcileLoops;
  signal: AbortSignal;
}): Promise<void> {
  async function reconcile(signal: AbortSignal): Promise<number> {
    const [secret, published] = await Promise.all([o.store.read(signal), o.readPublishedBundle(signal)]);
    o.certificates.offer(secret?.stored, published);
    const current = o.certificates.current();
    if (current === undefined) return untilCertifiedMs;
    // What is refused now may be trusted a moment later, and no watch says so.
    return isDeepStrictEqual(current, secret?.stored) ? o.restMs() : o.pollMs;
  }
  await o.loops.run({ name: 'follow-secret', reconcile, signal: o.signal });
}
