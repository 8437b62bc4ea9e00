import type { SecretStore } from '@clb-direct/certs/secret-store.ts';
import type { RegistrationKeeper } from '../owned-objects/registration/registration-keeper.ts';
import type { ServingCertificates } from './serving-certificates.ts';
import { takeTurns } from '../reconcile-loop/reconcile-loops.ts';

const untilCertifiedMs = 1_000;

/** What every replica does, with the Lease or without: serves what the Secret holds as soon as the API servers trust it. */
export async function followSecret(
  o: {
    store: SecretStore;
    registration: RegistrationKeeper;
    certificates: ServingCertificates;
    pollMs: number;
  } & Omit<Parameters<typeof takeTurns>[0], 'name' | 'turn'>,
): Promise<void> {
  async function turn(signal: AbortSignal): Promise<number> {
    const [secret, published] = await Promise.all([o.store.read(signal), o.registration.readPublishedBundle(signal)]);
    o.certificates.offer(secret?.stored, published);
    return o.certificates.current() === undefined ? untilCertifiedMs : o.pollMs;
  }
  await takeTurns({ ...o, name: 'follow-secret', turn });
}
