import { isSameBundle } from '@clb-direct/certs/pem.ts';
import type { RightToWrite } from '@clb-direct/certs/right-to-write.ts';
import { repairObject } from '../owned-objects/repair/repair-object.ts';
import { advanceCertificates } from './advance-certificates.ts';
import type { LeaderParts } from './leader-parts.ts';
import { repairRegistration, type KnownBundles } from './repair-registration.ts';

/** One term's work: two loops, so that a replica that does not answer, or a slow write, delays no repair. */
export interface LeaderTasks {
  /** Repairs registration and Service. Returns how long the next run may wait, in milliseconds. */
  repair(held: RightToWrite): Promise<number>;
  /** Takes the next step of the certificates. Returns how long the next run may wait, in milliseconds. */
  advance(held: RightToWrite): Promise<number>;
}

/** `onBundle` is called for each new bundle that is to be published. */
export function createLeaderTasks(o: LeaderParts, onBundle: () => void): LeaderTasks {
  const known: KnownBundles = {};
  let isSecretWell = false;

  async function repair(held: RightToWrite): Promise<number> {
    const namespaceUid = await o.namespaceUid(held.signal);
    if (namespaceUid === undefined) {
      // Not only when a replica stops: the Service may go before any replica is asked to, and then `Fail` would refuse
      // pods.
      await o.removeRegistration(held.signal);
      return o.checkMs();
    }
    const waits = await repairBoth(o, { known, namespaceUid, held });
    if (waits.length === 0 && isSecretWell) o.repairs.metrics.checked();
    return Math.min(o.checkMs(), ...waits);
  }

  async function advance(held: RightToWrite): Promise<number> {
    isSecretWell = false;
    if ((await o.namespaceUid(held.signal)) === undefined) return o.checkMs();
    const { bundle, recheckMs } = await advanceCertificates(o, held);
    if (bundle === undefined) return recheckMs;
    isSecretWell = true;
    const isNew = known.bundle === undefined || !isSameBundle(known.bundle, bundle);
    known.bundle = bundle;
    if (isNew) onBundle();
    return Math.min(o.checkMs(), recheckMs);
  }

  return { repair, advance };
}

/** How long each of them has to wait, if it does. Each is repaired although the other one fails. */
async function repairBoth(
  o: LeaderParts,
  { known, namespaceUid, held }: { known: KnownBundles; namespaceUid: string; held: RightToWrite },
): Promise<readonly number[]> {
  const [service, registration] = await Promise.allSettled([
    repairService(o, held),
    repairRegistration(o, known, { namespaceUid, held }),
  ]);
  if (registration.status === 'rejected') throw registration.reason;
  if (service.status === 'rejected') throw service.reason;
  return [service.value, registration.value].filter((waitMs) => waitMs > 0);
}

async function repairService(o: LeaderParts, held: RightToWrite): Promise<number> {
  return repairObject(o.repairs, await o.service.read(held.signal), held);
}
