import { isSameBundle } from '@clb-direct/certs/pem.ts';
import type { RightToWrite } from '@clb-direct/certs/right-to-write.ts';
import { trustsChain } from '@clb-direct/certs/trusts-chain.ts';
import type { OwnedObject } from '../owned-objects/owned-object.ts';
import { publishedBundle } from '../owned-objects/registration/compare-registration.ts';
import { repairObject } from '../owned-objects/repair/repair-object.ts';
import type { LeaderParts } from './leader-parts.ts';

/** What the certificates' loop and the repairs know of the CA bundle, PEM. */
export interface KnownBundles {
  /** What the registration must carry; undefined before the certificates were read. */
  bundle?: string;
  /** What it carried when it was last seen as it has to be. */
  published?: string;
}

const untilServingMs = 250;

/** Repairs the registration. Returns 0, or how long to wait until it can be repaired. */
export async function repairRegistration(
  o: LeaderParts,
  known: KnownBundles,
  { namespaceUid, held }: { namespaceUid: string; held: RightToWrite },
): Promise<number> {
  const network = o.network();
  if (known.bundle === undefined || network === undefined) return untilServingMs;
  const bundle = withServed(o, known.bundle);
  if ((await o.servingProblems(bundle)).length > 0) return untilServingMs;
  const object = await o.registration.read({ bundle, network, namespaceUid }, held.signal);
  const waitMs = isOutdated(object, known)
    ? await publish(o, object, held)
    : await repairObject(o.repairs, object, held);
  if (waitMs === 0) known.published = bundle;
  return waitMs;
}

/** No other writer changed anything: it carries what was right before, and the certificates went on. */
function isOutdated({ drifts, live }: OwnedObject, { published }: KnownBundles): boolean {
  return drifts.join() === 'caBundle' && published !== undefined && isSameBundle(publishedBundle(live), published);
}

async function publish(o: LeaderParts, object: OwnedObject, held: RightToWrite): Promise<0> {
  if (!held.isHeld()) throw new Error('The Lease was lost before the new CA bundle was published.');
  await object.repair(held.signal);
  o.log.info('published a new CA bundle in the registration');
  return 0;
}

/**
 * Never publishes a bundle that does not trust what this replica serves: after a foreign Secret both are published
 * first.
 */
function withServed(o: LeaderParts, bundle: string): string {
  const served = o.certificates.current()?.material;
  if (served === undefined || trustsChain(bundle, served.chain, o.clock.nowMs())) return bundle;
  return `${bundle}\n${served.bundle}`;
}
