import type { CertificateKeeper } from '@clb-direct/certs/advance-certificates.ts';
import { isSameBundle } from '@clb-direct/certs/pem.ts';
import type { RightToWrite } from '@clb-direct/certs/right-to-write.ts';
import type { EniDefault } from '@clb-direct/shared/domain/eni.ts';
import { publishedBundle } from '../owned-objects/registration/compare-registration.ts';
import type { RegistrationKeeper } from '../owned-objects/registration/registration-keeper.ts';
import type { ServiceKeeper } from '../owned-objects/service/service-keeper.ts';
import type { ServingCertificates } from '../serving-certificates/serving-certificates.ts';
import { trustsChain } from '@clb-direct/certs/trusts-chain.ts';
import type { CertificateAnnouncer } from '../findings/certificate-findings.ts';
import { heal, type Healing } from '../owned-objects/repair/repair-object.ts';
import type { Sight } from '../owned-objects/owned-object.ts';
import { advanceCertificates } from './advance-certificates.ts';

/** What the Lease holder needs to look after Secret, registration and Service. */
export interface HolderWork extends Healing {
  readonly keeper: CertificateKeeper;
  readonly registration: RegistrationKeeper;
  readonly service: ServiceKeeper;
  readonly certificates: ServingCertificates;
  readonly announcer: CertificateAnnouncer;
  /** The UID of our Namespace; undefined when we are being uninstalled, and what is gone must not come back. */
  homeUid(signal: AbortSignal): Promise<string | undefined>;
  /** Takes the registration away, if it is there. */
  removeRegistration(signal: AbortSignal): Promise<unknown>;
  /** Why nobody who trusts this bundle should be sent to this replica yet; empty = it serves. */
  servingProblems(bundle: string): Promise<readonly string[]>;
  eniDefault(): EniDefault | undefined;
  readonly clock: { nowMs(): number; offsetMs(): number | undefined };
  readonly checkMs: number;
}

/** One term's work: two loops, so that a replica that does not answer, or a slow write, delays no repair. */
export interface Holder {
  /** Puts registration and Service right. Returns how long the next look may wait, in milliseconds. */
  heal(held: RightToWrite): Promise<number>;
  /** Takes the next step of the certificates. Returns how long the next look may wait, in milliseconds. */
  advance(held: RightToWrite): Promise<number>;
}

const untilServingMs = 250;

/** What the two loops tell each other. */
interface Known {
  /** What the registration must carry, PEM; undefined before the certificates were looked at. */
  bundle?: string;
  /** What it carried when it was last seen well. */
  published?: string;
  isSecretWell: boolean;
}

/** `onBundle` hears of every new bundle that is to be published. */
export function createHolder(o: HolderWork, onBundle: () => void): Holder {
  const known: Known = { isSecretWell: false };

  async function healAll(held: RightToWrite): Promise<number> {
    const namespaceUid = await o.homeUid(held.signal);
    if (namespaceUid === undefined) {
      // Not only at the farewell: the Service may go before any replica is told to stop, and then `Fail` would refuse pods.
      await o.removeRegistration(held.signal);
      return o.checkMs;
    }
    const [service, registration] = await Promise.allSettled([
      o.service.look(held.signal).then((sight) => heal(o, sight, held)),
      healRegistration(o, known, { namespaceUid, held }),
    ]);
    if (registration.status === 'rejected') throw registration.reason;
    if (service.status === 'rejected') throw service.reason;
    const waits = [service.value, registration.value].filter((waitMs) => waitMs > 0);
    if (waits.length === 0 && known.isSecretWell) o.metrics.checked();
    return Math.min(o.checkMs, ...waits);
  }

  async function advance(held: RightToWrite): Promise<number> {
    known.isSecretWell = false;
    if ((await o.homeUid(held.signal)) === undefined) return o.checkMs;
    const { bundle, recheckMs } = await advanceCertificates(o, held);
    if (bundle === undefined) return recheckMs;
    known.isSecretWell = true;
    const isNew = known.bundle === undefined || !isSameBundle(known.bundle, bundle);
    known.bundle = bundle;
    if (isNew) onBundle();
    return Math.min(o.checkMs, recheckMs);
  }

  return { heal: healAll, advance };
}

/** Returns 0, or how long to wait until it can be right. */
async function healRegistration(
  o: HolderWork,
  known: Known,
  { namespaceUid, held }: { namespaceUid: string; held: RightToWrite },
): Promise<number> {
  const eniDefault = o.eniDefault();
  if (known.bundle === undefined || eniDefault === undefined) return untilServingMs;
  const bundle = withServed(o, known.bundle);
  if ((await o.servingProblems(bundle)).length > 0) return untilServingMs;
  const sight = await o.registration.look({ bundle, eniDefault, namespaceUid }, held.signal);
  const waitMs = isOutdated(sight, known) ? await publish(o, sight, held) : await heal(o, sight, held);
  if (waitMs === 0) known.published = bundle;
  return waitMs;
}

/** Nobody changed anything: it carries what was right before, and the certificates went on. */
function isOutdated({ drifts, live }: Sight, { published }: Known): boolean {
  return drifts.join() === 'caBundle' && published !== undefined && isSameBundle(publishedBundle(live), published);
}

async function publish(o: HolderWork, sight: Sight, held: RightToWrite): Promise<0> {
  if (!held.isHeld()) throw new Error('The Lease was lost before the new CA bundle was published.');
  await sight.repair(held.signal);
  o.log.info('published a new CA bundle in the registration');
  return 0;
}

/** Never publishes a bundle that does not trust what this replica serves: after a foreign Secret both are published first. */
function withServed(o: HolderWork, bundle: string): string {
  const served = o.certificates.current()?.material;
  if (served === undefined || trustsChain(bundle, served.chain, o.clock.nowMs())) return bundle;
  return `${bundle}\n${served.bundle}`;
}
