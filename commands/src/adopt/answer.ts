import type { Condition } from './owner-view.ts';

export type IsAnswer = (condition: Condition | undefined) => boolean;

/** What stands there when a question is asked. */
export interface Asked {
  readonly before: Condition | undefined;
  /** The object has asked about the same CLB before. */
  readonly isAskedAgain: boolean;
}

const passing: ReadonlySet<string> = new Set(['CloudThrottled', 'CloudUnavailable', 'LoadBalancerBusy']);

/** The controller writes it only on an object that asks for its adoption. */
export function isOfAdoption(condition: Condition | undefined): boolean {
  return condition?.reason.startsWith('Adoption') === true;
}

/**
 * What stood there before may be about anything, or be of a controller that does not run any more: only other words are
 * an answer, unless they answer the same question.
 */
export function answerTo({ before, isAskedAgain }: Asked): IsAnswer {
  return (condition) => {
    if (condition === undefined || passing.has(condition.reason)) return false;
    return (isAskedAgain && isOfAdoption(condition)) || !sameWords(condition, before);
  };
}

function sameWords(a: Condition, b: Condition | undefined): boolean {
  return a.reason === b?.reason && a.message === b.message;
}
