import type { RulePlace } from '../model/place.ts';

/** A listener with rules that passes to another owner, and is kept until it has. */
export interface PassingListener {
  readonly listenerId: string;
  /** UID of the owner that gets it. */
  readonly to: string;
  /** Our rules there, which the record must name as that owner's before: nothing else would prove whose they are. */
  readonly rules: readonly RulePlace[];
  readonly isRecorded: boolean;
}
