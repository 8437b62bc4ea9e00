import type { Advanced, AdvanceOptions, Seen } from './certificate-keeper.ts';
import { inspectMaterial, servingProblems } from './inspect-material.ts';
import { trustToo } from './make-material.ts';
import { readCertificates } from './pem.ts';

const busyMs = 1_000;
const calmMs = 60_000;

/**
 * Another program writes the Secret: nothing is written here. What the registration trusted before stays trusted
 * until every replica is served under the new CA alone and the settle time is over, counted by this process.
 */
export async function followForeignSecret(o: AdvanceOptions, seen: Seen, signal: AbortSignal): Promise<Advanced> {
  const { secret, trusted, steadiness } = seen;
  if (secret === undefined)
    throw new Error('There is no Secret yet; its issuer has to write tls.crt, tls.key and ca.crt.');
  const { material } = secret.stored;
  const problems = servingProblems(inspectMaterial(material, o.hostName), o.nowMs());
  if (readCertificates(material.bundle) === undefined) throw new Error('ca.crt in the Secret cannot be read as PEM.');
  const replicas = await o.seeReplicas(material.bundle, signal);
  const isServedByAll = replicas.length > 0 && replicas.every(({ verifies }) => verifies);
  const joined = trustToo(material, trusted, o.nowMs()).bundle;
  const isOver = steadiness.observe(isServedByAll ? material.bundle : '') >= o.settings.settleMs && isServedByAll;
  const bundle = isOver ? material.bundle : joined;
  const isSettling = bundle !== material.bundle;
  return {
    secret,
    bundle,
    recheckMs: isSettling ? busyMs : calmMs,
    phase: isSettling ? 'settling' : 'stable',
    warnings: problems.map((problem) => `the Secret cannot be served: ${problem}`),
  };
}
