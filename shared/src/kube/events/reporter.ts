import type { Finding, Repeat } from '../../domain/finding.ts';
import { longestMessage, safeText } from '../../domain/safe-text.ts';
import type { Log } from '../../runtime/logger.ts';
import { createRepeatLimit } from '../../runtime/repeat-limit.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { ObjectReference } from './event.ts';

/** A finding and the object it is about. A judge may return it every time that it is true. */
export interface Report extends Finding {
  readonly about: ObjectReference;
}

/** The one place that shows findings to people: it decides how often, and writes the Event and the log line. */
export interface Reporter {
  /** Never throws and never waits. `details` are fields of the log line. */
  report(report: Report, details?: Readonly<Record<string, unknown>>): void;
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

export function createReporter(options: ReporterOptions): Reporter {
  const { recorder, log, nowMs } = options;
  const limit = createRepeatLimit(nowMs);
  return {
    report({ severity, reason, about, repeat = options.repeat ?? always, ...finding }, details = {}) {
      const message = safeText(finding.message, longestMessage);
      const object = keyOf(about, repeat);
      const key = `${object} ${reason}${repeat.by === 'message' ? ` ${message}` : ''}`;
      if (!limit.allows(key, repeat.afterMs)) return;
      log[severity === 'Warning' ? 'warn' : 'info']({ reason, about, ...details }, message);
      recorder.record({ regarding: about, type: severity, reason, message });
    },
  };
}

function keyOf({ kind, namespace = '', name, uid = '' }: ObjectReference, { acrossUids, part = '' }: Repeat): string {
  return `${kind} ${namespace}/${name} ${acrossUids === true ? '' : uid} ${part}`;
}
