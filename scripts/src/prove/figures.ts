/** A request without a complete, correct answer. */
export interface Loss {
  readonly atMs: number;
  readonly connection: 'new' | 'kept';
  readonly why: string;
  /** The pod that the connection led to, where an earlier answer on it says so. */
  readonly pod?: string | undefined;
}

/** What the load client prints at its end. */
export interface Load {
  readonly sent: number;
  readonly losses: readonly Loss[];
  /** Answers by pod and second: [seconds since 1970, pod, how many]. */
  readonly answers: readonly (readonly [number, string, number])[];
}

/** What was seen of one pod: times in ms since 1970. */
export interface SeenPod {
  readonly name: string;
  readonly ip: string | undefined;
  readonly createdAtMs: number;
  readonly containersReadyAtMs: number | undefined;
  readonly gateAtMs: number | undefined;
  readonly readyAtMs: number | undefined;
  readonly endingAtMs: number | undefined;
  readonly goneAtMs: number | undefined;
  /** When a container of it was first seen to be started anew. */
  readonly restartedAtMs?: number | undefined;
}

/** A change of a target, as the CLB did it. */
export interface TargetChange {
  readonly atMs: number;
  readonly ip: string;
  readonly what: 'registered' | 'weight 0' | 'weight' | 'deregistered' | 'Alive' | 'Dead';
}

/** What was seen of one row. */
export interface Seen {
  readonly load: Load;
  readonly pods: readonly SeenPod[];
  readonly changes: readonly TargetChange[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** A loss, and what is known about it. */
export interface ExplainedLoss extends Loss {
  /** The pod, or those that it can have been. */
  readonly target: string;
  readonly phase: string;
  readonly cause: string;
}

/** What came of one row. */
export interface Result {
  readonly name: string;
  readonly requests: number;
  readonly lost: number;
  readonly allowed: string | null;
  readonly mustLose: boolean;
  readonly rollouts: number;
  readonly seconds: number;
  /** ISO 8601. */
  readonly at: string;
  /** What it ran on; results of other sources are not of this run. */
  readonly source: string;
  /** A few of them. */
  readonly losses: readonly ExplainedLoss[];
  /** Why it did not end as it must; null: it did. */
  readonly failure: string | null;
}

/** Nothing that may not be lost is lost, and a control has lost something. */
export function isPassed({ lost, allowed, mustLose, failure }: Result): boolean {
  if (failure !== null) return false;
  return mustLose ? lost > 0 : lost === 0 || allowed !== null;
}

/** What the last line of the command is. */
export function summaryOf(results: readonly Result[]): object {
  const rows = results.map(({ name, lost, requests, allowed, mustLose, failure }) => {
    return {
      name,
      lost,
      requests,
      allowed: mustLose ? 'a negative control, which must lose requests' : allowed,
      failure,
    };
  });
  const proofs = results.filter(({ mustLose }) => !mustLose);
  const controls = results.filter(({ mustLose }) => mustLose);
  const sum = (some: readonly Result[], of: (one: Result) => number) => some.reduce((all, one) => all + of(one), 0);
  return {
    name: 'prove',
    rows,
    figures: {
      requests: sum(proofs, (one) => one.requests),
      lost: sum(proofs, (one) => one.lost),
      rollouts: sum(proofs, (one) => one.rollouts),
      controls: controls.length,
      lostByControls: sum(controls, (one) => one.lost),
      failedRows: results.filter((one) => !isPassed(one)).length,
    },
  };
}
