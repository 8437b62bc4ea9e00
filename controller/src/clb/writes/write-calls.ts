import type { StepRefusal } from '../../core/model/clb-port.ts';
import { CloudError } from '../../core/model/cloud-error.ts';
import type { Step } from '../../core/model/step.ts';
import type { ActionName, Answer, Ask } from '../actions.ts';
import type { ApiFailure } from '../api-failure.ts';
import type { StepCall } from '../codec/step-call.ts';

export type WriteAsk<A extends ActionName> = Omit<Ask<A>, 'effect'>;

/** A write that is done: what the API answered, and how the task that it began has ended. */
export interface Done<A extends ActionName> {
  readonly answer: Answer<A>;
  readonly task: Answer<'DescribeTaskStatus'>;
}

export interface WriteCalls {
  /** For what is done when the API answers. */
  now<A extends ActionName>(ask: WriteAsk<A>, signal: AbortSignal): Promise<Answer<A>>;
  /** For what is only accepted when the API answers: returns when it is done. */
  untilDone<A extends ActionName>(ask: WriteAsk<A>, signal: AbortSignal): Promise<Done<A>>;
  fail(failure: ApiFailure, ask: WriteAsk<ActionName>): CloudError;
}

/**
 * Sends the calls one after another: a CLB takes one write at a time. What the cloud refused comes back, call by
 * call.
 */
export async function sendEach<S extends Step, R>(
  calls: readonly StepCall<S, R>[],
  send: (call: StepCall<S, R>) => Promise<unknown>,
): Promise<readonly StepRefusal<S>[]> {
  const refusals: StepRefusal<S>[] = [];
  for (const call of calls) {
    try {
      await send(call);
    } catch (error) {
      if (!isAnswer(error)) throw error;
      refusals.push({ steps: call.steps, error });
    }
  }
  return refusals;
}

/** The cloud took this very call up and did not do it, so that another one may well be done. */
function isAnswer(error: unknown): error is CloudError {
  if (!(error instanceof CloudError)) return false;
  const mayPass = error.kind === 'transient' && error.requestId !== undefined;
  return mayPass || error.kind === 'refused' || error.kind === 'quota';
}
