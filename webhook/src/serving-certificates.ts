import { inspectMaterial, servingProblems, type Inspection } from '@clb-direct/certs/inspect-material.ts';
import type { StoredCertificates } from '@clb-direct/certs/secret-format.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { isDeepStrictEqual } from 'node:util';
import { trustsChain } from '@clb-direct/certs/trusts-chain.ts';
import { sharesCertificate } from './shares-certificate.ts';

/** What this replica serves: the last good state of the Secret, whatever becomes of the Secret. */
export interface ServingCertificates {
  current(): StoredCertificates | undefined;
  inspection(): Inspection | undefined;
  /**
   * Takes what the Secret holds now, if it may be served; undefined = there is no Secret. `published`: the bundle of the
   * live registration, PEM; '' = none.
   */
  offer(stored: StoredCertificates | undefined, published: string): void;
  /** What the API servers trust, as far as it is ours: a bundle that shares nothing with ours says nothing about us. PEM. */
  trusted(): string;
}

/** `onChange` hears of every new state after it became current. */
export function createServingCertificates(o: {
  hostName: string;
  nowMs(): number;
  onChange(stored: StoredCertificates): void;
  log: Log;
}): ServingCertificates {
  let current: { stored: StoredCertificates; inspection: Inspection } | undefined;
  let published = '';
  let lastProblem = '';

  function refuse(problem: string): void {
    if (problem === lastProblem) return;
    lastProblem = problem;
    const message =
      current === undefined ? 'there are no certificates to serve yet' : 'the last good certificates stay in use';
    o.log.warn({ problem }, message);
  }

  function adopt(stored: StoredCertificates, inspection: Inspection): void {
    lastProblem = '';
    if (current !== undefined && isDeepStrictEqual(current.stored, stored)) return;
    current = { stored, inspection };
    o.onChange(stored);
  }

  function problemsOf({ material }: StoredCertificates, inspection: Inspection): readonly string[] {
    const problems = servingProblems(inspection, o.nowMs());
    const trusts = (chain: string) => trustsChain(published, chain, o.nowMs());
    const isTooEarly = current !== undefined && trusts(current.stored.material.chain) && !trusts(material.chain);
    return isTooEarly ? [...problems, 'the registration does not publish the CA of the new certificate yet'] : problems;
  }

  return {
    current: () => current?.stored,
    inspection: () => current?.inspection,
    offer(stored, nowPublished) {
      published = nowPublished;
      const inspection = stored && inspectMaterial(stored.material, o.hostName);
      if (stored === undefined || inspection === undefined) {
        refuse('there is no Secret');
        return;
      }
      const problems = problemsOf(stored, inspection);
      if (problems.length > 0) refuse(problems.join('; '));
      else adopt(stored, inspection);
    },
    trusted() {
      const ours = current?.stored.material.bundle ?? '';
      return sharesCertificate(published, ours) ? published : ours;
    },
  };
}
