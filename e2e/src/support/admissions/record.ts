import { appendFileSync } from 'node:fs';
import type { AdmissionFigures } from './judge-admissions.ts';
import { lostOf } from './judge-admissions.ts';

/** What one case came to. */
export interface CaseRecord {
  readonly name: string;
  readonly policy: string;
  readonly seconds: number;
  readonly figures: AdmissionFigures;
}

/** Tells people, and whoever started the tests in the file that CLB_DIRECT_ADMISSIONS_FILE names. */
export function record(done: CaseRecord): void {
  const { figures } = done;
  const { asked, created, failed, failedOpen, ungated, unregistered } = figures;
  const counts = `${asked} asked, ${created} created, ${failed} failed, ${failedOpen} failed open, ${ungated} ungated`;
  const late = `${unregistered} while there was no registration`;
  process.stderr.write(`${done.policy}: ${done.name}: ${counts}, ${late}, ${done.seconds.toFixed(0)} s\n`);
  for (const [problem, times] of Object.entries(figures.problems)) process.stderr.write(`  ${times} × ${problem}\n`);
  const file = process.env['CLB_DIRECT_ADMISSIONS_FILE'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ ...done, lost: lostOf(figures) })}\n`);
}
