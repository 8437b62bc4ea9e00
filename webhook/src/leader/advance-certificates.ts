import type { Advanced } from '@clb-direct/certs/advance-certificates.ts';
import type { RightToWrite } from '@clb-direct/certs/right-to-write.ts';
import type { HolderWork } from './leader-work.ts';

/** What came of a look at the certificates. */
interface Look {
  /** What the registration must carry, PEM; undefined = the Secret is left alone for a while. */
  readonly bundle?: string;
  readonly recheckMs: number;
}

/** Takes the next step of the certificates and tells of it. */
export async function advanceCertificates(o: HolderWork, held: RightToWrite): Promise<Look> {
  const waitMs = o.fights.waitMs('secret', ['content']);
  if (waitMs > 0) return { recheckMs: waitMs };
  const advanced = await o.keeper.advance(held);
  o.metrics.phase(advanced.phase);
  tell(o, advanced);
  // Served before it is published: whoever trusts the new bundle must find what it trusts.
  o.certificates.offer(advanced.secret.stored, await o.registration.readPublishedBundle(held.signal));
  return { bundle: advanced.bundle, recheckMs: advanced.recheckMs };
}

function tell(o: HolderWork, advanced: Advanced): void {
  const { step, isRepair = false } = advanced;
  if (step !== undefined) o.metrics.stepped(step);
  if (step !== undefined && isRepair) o.metrics.repaired('secret', [step]);
  const { contested, news } = o.fights.repaired('secret', isRepair ? ['content'] : []);
  if (contested.length === 0) o.announcer.advanced(advanced);
  if (news.length > 0) o.announcer.secretContested(advanced);
  o.announcer.clock(advanced, o.clock.offsetMs() ?? 0);
}
