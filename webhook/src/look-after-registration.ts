import { ensureCertificates, type EnsureOptions } from '@clb-direct/certs/ensure-certificates.ts';
import type { EniDefault } from '@clb-direct/shared/domain/eni.ts';
import type { Held } from '@clb-direct/shared/kube/lease.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { RegistrationKeeper } from './registration/registration-keeper.ts';
import { repeat } from './repeat.ts';
import type { ServingCertificates } from './serving-certificates.ts';
import type { HealMetrics } from './heal-metrics.ts';

/** What the Lease holder needs to look after Secret and registration. */
export interface HolderWork {
  readonly ensure: EnsureOptions;
  readonly keeper: RegistrationKeeper;
  readonly certificates: ServingCertificates;
  /** Why nobody should be sent to this replica yet; empty = it serves. */
  servingProblems(): Promise<readonly string[]>;
  eniDefault(): EniDefault | undefined;
  readonly checkMs: number;
  readonly metrics: HealMetrics;
  readonly log: Log;
}

const untilServingMs = 250;

/** What the Lease holder does until it loses the Lease: the Secret first, and the registration only while we serve. */
export async function lookAfterRegistration(o: HolderWork, held: Held): Promise<void> {
  let isSettled = false;
  const pauseMs = () => (isSettled ? o.checkMs : untilServingMs);
  await repeat({ name: 'check Secret and registration', pauseMs, log: o.log, signal: held.signal }, async () => {
    isSettled = await checkOnce(o, held);
  });
}

async function checkOnce(o: HolderWork, held: Held): Promise<boolean> {
  const { secret, repair } = await ensureCertificates(o.ensure, held);
  if (repair !== undefined) o.metrics.repaired('secret', [repair]);
  o.certificates.offer(secret.stored);
  const eniDefault = o.eniDefault();
  if (eniDefault === undefined || (await o.servingProblems()).length > 0) return false;
  const repaired = await o.keeper.check({ bundle: secret.stored.material.bundle, eniDefault }, held);
  o.metrics.repaired('registration', repaired);
  o.metrics.checked();
  return true;
}
