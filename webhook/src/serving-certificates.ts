import { inspectMaterial, servingProblems, type Inspection } from '@clb-direct/certs/inspect-material.ts';
import type { StoredCertificates } from '@clb-direct/certs/secret-format.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { isDeepStrictEqual } from 'node:util';

/** What this replica serves: the last good state of the Secret, whatever becomes of the Secret. */
export interface ServingCertificates {
  current(): StoredCertificates | undefined;
  inspection(): Inspection | undefined;
  /** Takes what the Secret holds now, if it may be served; undefined = there is no Secret. */
  offer(stored: StoredCertificates | undefined): void;
}

/** `onChange` hears of every new state after it became current. */
export function createServingCertificates(o: {
  hostName: string;
  nowMs(): number;
  onChange(stored: StoredCertificates): void;
  log: Log;
}): ServingCertificates {
  let current: { stored: StoredCertificates; inspection: Inspection } | undefined;
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

  return {
    current: () => current?.stored,
    inspection: () => current?.inspection,
    offer(stored) {
      const inspection = stored && inspectMaterial(stored.material, o.hostName);
      if (stored === undefined || inspection === undefined) {
        refuse('there is no Secret');
        return;
      }
      const problems = servingProblems(inspection, o.nowMs());
      if (problems.length > 0) refuse(problems.join('; '));
      else adopt(stored, inspection);
    },
  };
}
