import type { Log } from '../../runtime/logger.ts';
import { createRepeatLimit } from '../../runtime/repeat-limit.ts';
import type { EventRecorder, ObjectReference } from './event-recorder.ts';

/** Something that a person should know about an object. A judge may return it every time that it is true. */
export interface Report<Reason extends string = string> {
  readonly severity: 'Normal' | 'Warning';
  /** The reason of the Event: CamelCase, see the table in docs/operations.md. */
  readonly reason: Reason;
  /** Whole sentences: what is so, and what to do. */
  readonly message: string;
  readonly about: ObjectReference;
  /** How often it may be said. Without it, as the reporter was created. */
  readonly repeat?: Repeat;
}

/** Says something again only after a while. */
export interface Repeat {
  /**
   * `message`: another message of the same reason is said at once. `reason`: whatever the message says now, it waits.
   */
  readonly by: 'message' | 'reason';
  readonly afterMs: number;
}

/** The one place from which people are told: it decides how often, and writes the Event and the log line. */
export interface Reporter<Reason extends string = string> {
  /** Never throws and never waits. `details` are fields of the log line. */
  report(report: Report<Reason>, details?: Readonly<Record<string, unknown>>): void;
}

export interface ReporterOptions {
  readonly recorder: EventRecorder;
  readonly log: Log;
  /** A clock that never jumps. */
  readonly nowMs: () => number;
  /** For reports that do not say it themselves. Default: each report is said. */
  readonly repeat?: Repeat;
}

const always: Repeat = { by: 'message', afterMs: 0 };

export function createReporter<Reason extends string = string>(options: ReporterOptions): Reporter<Reason> {
  const { recorder, log, nowMs } = options;
  const limit = createRepeatLimit(nowMs);
  return {
    report({ severity, reason, message, about, repeat = options.repeat ?? always }, details = {}) {
      const key = `${keyOf(about)} ${reason}${repeat.by === 'message' ? ` ${message}` : ''}`;
      if (!limit.allows(key, repeat.afterMs)) return;
      log[severity === 'Warning' ? 'warn' : 'info']({ reason, about, ...details }, message);
      recorder.record({ regarding: about, type: severity, reason, message });
    },
  };
}

function keyOf({ kind, namespace = '', name, uid = '' }: ObjectReference): string {
  return `${kind} ${namespace}/${name} ${uid}`;
}
