import type { CertificateKeeper } from '@clb-direct/certs/advance-certificates.ts';
import { isSameBundle } from '@clb-direct/certs/pem.ts';
import type { RightToWrite } from '@clb-direct/certs/right-to-write.ts';
import type { EniDefault } from '@clb-direct/shared/domain/eni.ts';
import type { RegistrationKeeper } from '../registration/registration-keeper.ts';
import type { ServiceKeeper } from '../service/service-keeper.ts';
import type { ServingCertificates } from '../serving-certificates.ts';
import { trustsChain } from '../trusts-chain.ts';
import type { CertificateAnnouncer } from '../upkeep/announce-certificates.ts';
import { heal, type Healing } from '../upkeep/heal.ts';
import { advanceCertificates } from './advance.ts';

/** What the Lease holder needs to look after Secret, registration and Service. */
export interface HolderWork extends Healing {
  readonly keeper: CertificateKeeper;
  readonly registration: RegistrationKeeper;
  readonly service: ServiceKeeper;
  readonly certificates: ServingCertificates;
  readonly announcer: CertificateAnnouncer;
  /** The UID of our Namespace; undefined when we are being uninstalled, and what is gone must not come back. */
  homeUid(signal: AbortSignal): Promise<string | undefined>;
  /** Why nobody who trusts this bundle should be sent to this replica yet; empty = it serves. */
  servingProblems(bundle: string): Promise<readonly string[]>;
  eniDefault(): EniDefault | undefined;
  readonly clock: { nowMs(): number; offsetMs(): number | undefined };
  readonly checkMs: number;
}

/** One tenure's work. */
export interface Holder {
  /** Looks at everything once and puts it right. Returns how long the next look may wait, in milliseconds. */
  check(held: RightToWrite): Promise<number>;
}

const untilServingMs = 250;

interface Waits {
  /** 0 = all is right; else how long to wait until it can be put right. */
  readonly waitMs: number;
  /** When to look again even if all is right. */
  readonly recheckMs: number;
}

/** Remembers the bundle: the registration is put right before anything that may take longer, as seeing the replicas. */
export function createHolder(o: HolderWork): Holder {
  let known: string | undefined;

  async function checkCertificates(namespaceUid: string, held: RightToWrite): Promise<Waits> {
    const before = known;
    const publish = (bundle: string) => checkRegistration(o, { bundle, namespaceUid }, held);
    const early = before === undefined ? undefined : await orNothing(publish(before));
    const { bundle, recheckMs } = await advanceCertificates(o, held);
    if (bundle === undefined) return { waitMs: recheckMs, recheckMs };
    known = bundle;
    const isDone = early !== undefined && before !== undefined && isSameBundle(before, bundle);
    return { waitMs: isDone ? early : await publish(bundle), recheckMs };
  }

  async function check(held: RightToWrite): Promise<number> {
    const namespaceUid = await o.homeUid(held.signal);
    if (namespaceUid === undefined) return o.checkMs;
    const [service, certificates] = await Promise.allSettled([
      o.service.look(held.signal).then((sight) => heal(o, sight, held)),
      checkCertificates(namespaceUid, held),
    ]);
    if (certificates.status === 'rejected') throw certificates.reason;
    if (service.status === 'rejected') throw service.reason;
    const waits = [service.value, certificates.value.waitMs].filter((waitMs) => waitMs > 0);
    if (waits.length === 0) o.metrics.checked();
    return Math.min(o.checkMs, certificates.value.recheckMs, ...waits);
  }

  return { check };
}

/** Returns 0, or how long to wait until it can be right. */
async function checkRegistration(
  o: HolderWork,
  { bundle, namespaceUid }: { bundle: string; namespaceUid: string },
  held: RightToWrite,
): Promise<number> {
  const eniDefault = o.eniDefault();
  const published = withServed(o, bundle);
  if (eniDefault === undefined || (await o.servingProblems(published)).length > 0) return untilServingMs;
  return heal(o, await o.registration.look({ bundle: published, eniDefault, namespaceUid }, held.signal), held);
}

/** Never publishes a bundle that does not trust what this replica serves: after a foreign Secret both are published first. */
function withServed(o: HolderWork, bundle: string): string {
  const served = o.certificates.current()?.material;
  if (served === undefined || trustsChain(bundle, served.chain, o.clock.nowMs())) return bundle;
  return `${bundle}\n${served.bundle}`;
}

// A failure is told by the second try, which follows.
async function orNothing<T>(task: Promise<T>): Promise<T | undefined> {
  return task.catch(() => undefined);
}
