import { registrationName } from '@clb-direct/shared/domain/names.ts';
import type { AuditEvent } from './audit-log.ts';
import type { Attempt } from './steady-pods.ts';

/** What came of the pods that were created while something happened. */
export interface AdmissionFigures {
  readonly asked: number;
  readonly created: number;
  /** Creations that were refused. */
  readonly failed: number;
  /** Creations that went on without the webhook because it could not be reached (`Ignore`). */
  readonly failedOpen: number;
  /** Pods that have no gate though the registration existed from the request to its answer. */
  readonly ungated: number;
  /** Pods that were created, at least in part, while there was no registration. */
  readonly unregistered: number;
  /**
   * What the harness itself missed: created pods that are not in the audit log, gates that it does not explain.
   */
  readonly blind: number;
  /** Problems, each with the number of times it was met. */
  readonly problems: Readonly<Record<string, number>>;
}

/** An API server learns of a new registration through its own watch, a moment after its writer has the answer. */
const hearsAfterMs = 500;

// The API server's names, from its package admission/plugin/webhook/mutating.
const mutationKey = 'mutation.webhook.admission.k8s.io/';
const failedOpenKey = `failed-open.${mutationKey}`;

/** Counts, from what the creators saw and what the API server wrote down. */
export function judgeAdmissions(
  attempts: readonly Attempt[],
  audit: readonly AuditEvent[],
  registration: string = registrationName,
): AdmissionFigures {
  const gaps = gapsOf(audit, registration);
  const creations = creationsOf(audit);
  const isRegistered = (attempt: Attempt) => !gaps.some((gap) => overlaps(gap, spanOf(creations.get(attempt.name))));
  const made = attempts.filter(({ outcome }) => outcome !== 'refused');
  const isExplained = ({ name, outcome }: Attempt) =>
    creations.has(name) && (outcome === 'ungated' || wasMutated(creations.get(name), registration));
  const refused = attempts.filter(({ outcome }) => outcome === 'refused');
  const failedOpen = attempts.flatMap(({ name }) => annotationsOf(creations.get(name), failedOpenKey));
  return {
    asked: attempts.length,
    created: made.length,
    failed: refused.length,
    failedOpen: failedOpen.length,
    ungated: made.filter((attempt) => attempt.outcome === 'ungated' && isRegistered(attempt)).length,
    unregistered: made.filter((attempt) => !isRegistered(attempt)).length,
    blind: made.filter((attempt) => !isExplained(attempt)).length,
    problems: countEach([...refused.map(({ problem = '' }) => withoutName(problem)), ...failedOpen]),
  };
}

/** How many admissions were lost. */
export function lostOf({ failed, failedOpen, ungated }: AdmissionFigures): number {
  return Math.max(failed + ungated, failed + failedOpen);
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** When there was no registration: from the arrival of a deletion until the API server knows the next one. */
function gapsOf(audit: readonly AuditEvent[], registration: string): readonly Span[] {
  const gaps: Span[] = [];
  let fromMs: number | undefined;
  for (const event of writesOf(audit, registration)) {
    if (event.verb === 'delete') fromMs ??= Date.parse(event.requestReceivedTimestamp);
    else if (event.responseStatus?.code === 201 && fromMs !== undefined) {
      gaps.push({ fromMs, toMs: Date.parse(event.stageTimestamp) + hearsAfterMs });
      fromMs = undefined;
    }
  }
  return fromMs === undefined ? gaps : [...gaps, { fromMs, toMs: Infinity }];
}

function writesOf(audit: readonly AuditEvent[], registration: string): readonly AuditEvent[] {
  const writes = audit.filter(
    ({ objectRef, responseStatus }) =>
      objectRef?.resource === 'mutatingwebhookconfigurations' &&
      objectRef.name === registration &&
      (responseStatus?.code ?? 500) < 300,
  );
  return writes.toSorted((a, b) => Date.parse(a.stageTimestamp) - Date.parse(b.stageTimestamp));
}

/** The audit log names no object that is created by a POST, so each request carries its pod's name as field manager. */
function creationsOf(audit: readonly AuditEvent[]): ReadonlyMap<string, AuditEvent> {
  const creations = audit.filter(({ verb, objectRef }) => verb === 'create' && objectRef?.resource === 'pods');
  const nameIn = (uri: string) => new URLSearchParams(uri.split('?')[1]).get('fieldManager') ?? '';
  return new Map(creations.map((event) => [nameIn(event.requestURI), event]));
}

function spanOf(event: AuditEvent | undefined): Span {
  if (event === undefined) return { fromMs: -Infinity, toMs: -Infinity };
  return { fromMs: Date.parse(event.requestReceivedTimestamp), toMs: Date.parse(event.stageTimestamp) };
}

const overlaps = (a: Span, b: Span) => a.fromMs <= b.toMs && b.fromMs <= a.toMs;

function annotationsOf(event: AuditEvent | undefined, prefix: string): readonly string[] {
  const found = Object.entries(event?.annotations ?? {}).filter(([key]) => key.startsWith(prefix));
  return found.map(([key, value]) => `${key}: ${value}`);
}

function wasMutated(event: AuditEvent | undefined, registration: string): boolean {
  return annotationsOf(event, mutationKey).some(
    (text) => text.includes(`"${registration}"`) && text.includes('"mutated":true'),
  );
}

const withoutName = (problem: string) =>
  problem.replaceAll(/steady-\w+-\d+/g, 'POD').replaceAll(/:\d{4,5}->/g, ':PORT->');

function countEach(problems: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(problems, String)].map(([problem, all]) => [problem, all.length]));
}
