import { appendFileSync } from 'node:fs';
import type { AdmissionFigures } from './judge-admissions.ts';
import { lostOf } from './judge-admissions.ts';
import type { Attempt } from './steady-pods.ts';

/** The result of one case. */
export interface CaseRecord {
  readonly name: string;
  readonly policy: string;
  readonly seconds: number;
  readonly figures: AdmissionFigures;
  readonly attempts: readonly Attempt[];
  /** The timeline of the webhook; printed when something was lost. */
  readonly seen?: readonly string[];
}

/** Prints the result, and appends it to the file that CLB_DIRECT_ADMISSIONS_FILE names, for the proof. */
export function reportCase({ attempts, seen = [], ...done }: CaseRecord): void {
  const { figures } = done;
  const { asked, created, failed, failedOpen, ungated, unregistered } = figures;
  const counts = `${asked} asked, ${created} created, ${failed} failed, ${failedOpen} failed open, ${ungated} ungated`;
  const late = `${unregistered} while there was no registration`;
  print(`${done.policy}: ${done.name}: ${counts}, ${late}, ${done.seconds.toFixed(0)} s`);
  for (const [problem, times] of Object.entries(figures.problems)) print(`  ${times} × ${problem}`);
  const lost = lostOf(figures);
  if (lost > 0 && seen.length > 0) for (const line of [...timesOf(attempts), ...seen]) print(`  ${line}`);
  const file = process.env['CLB_DIRECT_ADMISSIONS_FILE'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ ...done, lost })}\n`);
}

/** When each outcome that is no gate was met. */
function timesOf(attempts: readonly Attempt[]): readonly string[] {
  const lost = attempts.filter(({ outcome }) => outcome !== 'gated');
  const time = (ms: number) => new Date(ms).toISOString();
  return lost.map(({ outcome, startedMs, endedMs }) => `${time(endedMs)} ${outcome}, asked at ${time(startedMs)}`);
}

const print = (line: string) => process.stderr.write(`${line}\n`);
