import { asObject } from './raw.ts';
import { longestPlan } from './safe-text.ts';

/** A condition without its type and its time. */
export interface AnnotatedCondition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** Users can write it. Of ours, JSON may escape each letter of a plan. */
const mostLetters = 2 * longestPlan + 1_000;

/** As an annotation has it: JSON, where the kind of the object has no conditions in its status. */
export function writeCondition({ status, reason, message }: AnnotatedCondition): string {
  return JSON.stringify({ status, reason, message });
}

/** What is there counts as a condition, even one that says nothing, so that it is written again or taken off. */
export function readCondition(text: string | undefined): AnnotatedCondition | undefined {
  if (text === undefined) return undefined;
  const { status, reason, message } = parsed(text) ?? {};
  const isKnown = status === 'True' || status === 'False';
  return { status: isKnown ? status : 'Unknown', reason: textOf(reason), message: textOf(message) };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return text.length > mostLetters ? undefined : asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
