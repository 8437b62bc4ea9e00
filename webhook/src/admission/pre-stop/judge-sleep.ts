import { annotation } from '@clb-direct/shared/domain/names.ts';
import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { readSleepWish, sleepWishForm, type SleepWish } from './sleep-wish.ts';

/** The settings that decide which pods sleep, and how long. */
export interface SleepRule {
  readonly mode: 'opt-in' | 'all';
  readonly seconds: number;
  /** What stays of the grace period for the application. */
  readonly restSeconds: number;
}

export interface SleepFacts {
  readonly rule: SleepRule;
  /** What the label of the pod's namespace says. */
  readonly namespaceWish: SleepWish | undefined;
  /** The API server knows `preStop.sleep`; one that does not would refuse the pod. */
  readonly isKnown: boolean;
}

/** What became of the sleep of a pod; the words are metric labels. */
export type SleepOutcome = 'not-asked-for' | 'unknown-to-server' | 'no-time' | 'has-hooks' | 'shortened' | 'added';

/** One operation of a JSON patch. */
export interface PatchOperation {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

export interface SleepVerdict {
  readonly outcome: SleepOutcome;
  readonly operations: readonly PatchOperation[];
  /** For whoever creates the pod. */
  readonly warning: string | undefined;
}

/** What Kubernetes sets where a pod says nothing. */
const usualGraceSeconds = 30;

/**
 * Decides how long the containers of a pod sleep before they are stopped. The API server refuses a sleep that is longer
 * than the grace period.
 */
export function judgeSleep(pod: RawObject | undefined, facts: SleepFacts): SleepVerdict {
  const spec = asObject(own(pod, 'spec'));
  const said = readSleepWish(
    own(asObject(own(asObject(own(pod, 'metadata')), 'annotations')), annotation.preStopSleep),
  );
  if (said?.kind === 'malformed') return nothing('not-asked-for', malformed);
  const wanted = secondsOf(said ?? facts.namespaceWish, facts.rule);
  if (wanted === 0) return nothing('not-asked-for');
  if (!facts.isKnown) return nothing('unknown-to-server', unknownSleep);
  const graceSeconds = graceOf(spec);
  const seconds = Math.min(wanted, graceSeconds - facts.rule.restSeconds);
  const operations = asList(own(spec, 'containers')).flatMap((container, index) => sleepOf(container, index, seconds));
  if (operations.length === 0) return nothing('has-hooks');
  return withinGrace(operations, { seconds, wanted, graceSeconds, restSeconds: facts.rule.restSeconds });
}

/** 0: it does not sleep. */
function secondsOf(wish: SleepWish | undefined, rule: SleepRule): number {
  const usual = rule.mode === 'all' ? rule.seconds : 0;
  switch (wish?.kind) {
    case 'seconds':
      return wish.seconds;
    case 'usual':
      return rule.seconds;
    case 'none':
      return 0;
    case 'malformed':
    case undefined:
      return usual;
  }
}

function graceOf(spec: RawObject | undefined): number {
  const seconds = own(spec, 'terminationGracePeriodSeconds') ?? usualGraceSeconds;
  return Number.isSafeInteger(seconds) ? (seconds as number) : 0;
}

/**
 * Containers with a hook of their own are left alone. So are native sidecars, which are init containers: the kubelet
 * stops them after all others.
 */
function sleepOf(raw: unknown, index: number, seconds: number): readonly PatchOperation[] {
  const lifecycle = own(asObject(raw), 'lifecycle') ?? undefined;
  const path = `/spec/containers/${index}/lifecycle`;
  const preStop = { sleep: { seconds } };
  if (lifecycle === undefined) return asObject(raw) === undefined ? [] : [{ op: 'add', path, value: { preStop } }];
  const hook = asObject(lifecycle) === undefined ? 'unreadable' : (own(asObject(lifecycle), 'preStop') ?? undefined);
  return hook === undefined ? [{ op: 'add', path: `${path}/preStop`, value: preStop }] : [];
}

interface Times {
  readonly seconds: number;
  readonly wanted: number;
  readonly graceSeconds: number;
  readonly restSeconds: number;
}

function withinGrace(
  operations: readonly PatchOperation[],
  { seconds, wanted, graceSeconds, restSeconds }: Times,
): SleepVerdict {
  if (seconds === wanted) return { outcome: 'added', operations, warning: undefined };
  const what = seconds < 1 ? 'no preStop sleep' : `a preStop sleep of ${seconds} s instead of ${wanted} s`;
  const cure = `terminationGracePeriodSeconds is ${graceSeconds}; set ${wanted + restSeconds} or more`;
  const warning = `clb-direct added ${what}: ${cure}.`;
  return seconds < 1 ? nothing('no-time', warning) : { outcome: 'shortened', operations, warning };
}

const unknownSleep =
  'clb-direct added no preStop sleep: the API server is older than Kubernetes 1.30, or its version is not known yet.';
const malformed = `clb-direct added no preStop sleep: write ${sleepWishForm} in ${annotation.preStopSleep}.`;

function nothing(outcome: SleepOutcome, warning?: string): SleepVerdict {
  return { outcome, operations: [], warning };
}
