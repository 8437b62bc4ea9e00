import type { Advanced } from '@clb-direct/certs/advance-certificates.ts';
import type { RightToWrite } from '@clb-direct/certs/right-to-write.ts';
import type { LeaderParts } from './leader-parts.ts';

/** What came of a step of the certificates. */
interface Step {
  /** What the registration must carry, PEM; undefined = the Secret is left alone for a while. */
  readonly bundle?: string;
  readonly recheckMs: number;
}

/** Takes the next step of the certificates and reports it. */
export async function advanceCertificates(o: LeaderParts, held: RightToWrite): Promise<Step> {
  const waitMs = o.repairs.contention.waitMs('secret', ['content']);
  if (waitMs > 0) return { recheckMs: waitMs };
  const advanced = await o.keeper.advance(held);
  o.rotationMetrics.phase(advanced.phase);
  report(o, advanced);
  // Served before it is published: a client that trusts the new bundle must find what it trusts.
  o.certificates.offer(advanced.secret.stored, await o.registration.readPublishedBundle(held.signal));
  return { bundle: advanced.bundle, recheckMs: advanced.recheckMs };
}

function report(o: LeaderParts, advanced: Advanced): void {
  const { step, isRepair = false } = advanced;
  if (step !== undefined) o.rotationMetrics.stepped(step);
  if (step !== undefined && isRepair) o.repairs.metrics.repaired('secret', [step]);
  const contested = o.repairs.contention.repaired('secret', isRepair ? ['content'] : []);
  if (contested.length === 0) o.certificateFindings.advanced(advanced);
  else o.certificateFindings.secretContested(advanced);
  o.certificateFindings.clock(advanced, o.clock.offsetMs() ?? 0);
}
