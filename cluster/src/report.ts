import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** A component of the cluster that ended without being stopped. */
export interface ComponentExit {
  component: string;
  /** "code 1" or "signal SIGKILL". */
  how: string;
  at: string;
  log: string;
  lastLines: string[];
}

/** What the program inside the namespaces reports; it is the file report.json. */
export interface Report {
  phase: 'starting' | 'ready' | 'failed';
  step: string;
  readyAfterSeconds?: number;
  problem?: string;
  /** How often a component ended by accident, and the latest of these. */
  exitCount: number;
  exits: ComponentExit[];
}

/** Replaces the report as one step, so that no reader ever sees half of it. */
export function writeReport(path: string, report: Report): void {
  writeFileSync(`${path}.new`, JSON.stringify(report, undefined, 2));
  renameSync(`${path}.new`, path);
}

export function readReport(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

/** Adds an accident; of many only the latest are kept. */
export function addExit(report: Report, exit: ComponentExit): Report {
  return { ...report, exitCount: report.exitCount + 1, exits: [...report.exits, exit].slice(-20) };
}

/** The accidents after the first `seen`. */
export function exitsAfter(report: Report, seen: number): ComponentExit[] {
  const unseen = Math.min(report.exitCount - seen, report.exits.length);
  return unseen > 0 ? report.exits.slice(-unseen) : [];
}

/** Says in words, with the last lines of its log, how a component ended. */
export function describeExit(exit: ComponentExit): string {
  const lines = exit.lastLines.map((line) => `    ${line}`);
  return [`${exit.component} ended with ${exit.how} at ${exit.at}; the end of ${exit.log}:`, ...lines].join('\n');
}
