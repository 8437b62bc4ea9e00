import { auditPosition, auditSince } from './audit-log.ts';
import { judgeAdmissions, type AdmissionFigures } from './judge-admissions.ts';
import { underSteadyPods, type Attempt, type SteadyPods } from './steady-pods.ts';

export interface Watched {
  readonly figures: AdmissionFigures;
  readonly attempts: readonly Attempt[];
}

/** Creates pods at a steady rate while the work goes on, and counts what came of them. */
export async function watchAdmissions(
  o: Omit<SteadyPods, 'aroundMs'> & { readonly registration?: string },
  work: () => Promise<void>,
): Promise<Watched> {
  const position = await auditPosition();
  const attempts = await underSteadyPods({ ...o, aroundMs: 1_500 }, work);
  const figures = judgeAdmissions(attempts, await auditSince(position), o.registration);
  return { figures, attempts };
}
