import type { Finding, Repeat } from '../../domain/finding.ts';
import { longestMessage, safeText } from '../../domain/safe-text.ts';
import type { Log } from '../../runtime/logger.ts';
import { createRepeatLimit } from '../../runtime/repeat-limit.ts';
import { EventBudget, type Allowance } from './event-budget.ts';
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
/** More than anything that is true of one object. */
const allowance: Allowance = { burst: 100, refillMs: 10_000 };
const hourMs = 3_600_000;

export function createReporter(options: ReporterOptions): Reporter {
  const { recorder, log, nowMs } = options;
  const limit = createRepeatLimit(nowMs);
  const budget = new EventBudget(allowance);

  /** What is not said now is said when there is room for it, if it is still true. */
  function hasRoom(object: string, about: ObjectReference): boolean {
    if (budget.take(object, nowMs())) return true;
    const isNews = limit.allows(`${object} too much`, hourMs, { group: about.namespace ?? '' });
    if (isNews) log.warn({ about }, 'too much is said of one object, some of it is left out');
    return false;
  }

  return {
    report({ severity, reason, about, repeat = options.repeat ?? always, ...finding }, details = {}) {
      const message = safeText(finding.message, longestMessage);
      const object = keyOf(about, repeat);
      const key = `${object} ${reason}${repeat.by === 'message' ? ` ${message}` : ''}`;
      if (!limit.isDue(key, repeat.afterMs) || !hasRoom(keyOf(about, always), about)) return;
      limit.allows(key, repeat.afterMs, { group: about.namespace ?? '' });
      log[severity === 'Warning' ? 'warn' : 'info']({ reason, about, ...details }, message);
      recorder.record({ regarding: about, type: severity, reason, message });
    },
  };
}

function keyOf({ kind, namespace = '', name, uid = '' }: ObjectReference, { acrossUids, part = '' }: Repeat): string {
  return `${kind} ${namespace}/${name} ${acrossUids === true ? '' : uid} ${part}`;
}
