import { hourly, type Finding, type FindingReason } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';

/** One entry of the list that a Service has. */
export interface ListedRange {
  readonly text: string;
  /** From 0. */
  readonly position: number;
}

export interface WrongRange extends ListedRange {
  /** Completes "Correct …: it …". */
  readonly problem: string;
}

export interface RangeProblems {
  readonly wrong: readonly WrongRange[];
  /** Those for which the security group has no room. */
  readonly tooMany: readonly ListedRange[];
  /** How many ranges it has room for. */
  readonly room: number;
  /** None can be read. */
  readonly isNoneLeft: boolean;
}

/** Of a list of any length. */
const mostTold = 10;

/** Each names value and position. The Service is not open wider for it: what is wrong lets nobody more in. */
export function sourceRangeFindings(field: string, problems: RangeProblems): readonly Finding[] {
  const { wrong, tooMany, room, isNoneLeft } = problems;
  const at = ({ position, text }: ListedRange) => `${field}[${position}] ("${safeText(text.trim(), 60)}")`;
  const left = isNoneLeft
    ? 'No range can be read: a listener that stands lets in whom it let in before, and none is made'
    : 'It lets nobody in; the other ranges count';
  const told = wrong.slice(0, mostTold).map((one) => malformed(`Correct ${at(one)}: it ${one.problem}. ${left}.`));
  const more = wrong.length - told.length;
  const [first] = tooMany;
  return [
    ...told,
    ...(more > 0 ? [malformed(`Correct ${field}: ${more} more of its entries cannot be used. ${left}.`)] : []),
    ...(first === undefined
      ? []
      : [
          malformed(
            `Join ranges: ${tooMany.length} of ${field}, from ${at(first)} on, ` +
              `let nobody in, because the security group has room for ${room} ranges.`,
          ),
        ]),
  ];
}

/** `problem` is a sentence. */
export function rangesNotApplied(field: string, problem: string): Finding {
  return warning(
    'SourceRangesNotApplied',
    `The security group for ${field} is not as it should be: a listener that stands lets in whom it let in before, ` +
      `which may be everybody, and none is made without the group. ${problem}`,
  );
}

export function rangesPending(field: string): Finding {
  const message = `The security group for ${field} is being made.`;
  return { severity: 'Normal', reason: 'SourceRangesNotApplied', message };
}

function malformed(message: string): Finding {
  return warning('SourceRangeMalformed', message);
}

function warning(reason: FindingReason, message: string): Finding {
  return { severity: 'Warning', reason, message, repeat: { ...hourly, by: 'message' } };
}
