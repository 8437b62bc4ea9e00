import type { CloudError } from '../core/model/cloud-error.ts';
import type { ActionName, Answer, Ask, CallClb } from './actions.ts';
import { ApiFailure, malformed } from './api-failure.ts';
import type { Clock } from './clock.ts';
import { ownCode } from './error-kinds.ts';

const deadlineMs = 60_000;
/** Most tasks have ended after the first pause, so that one call tells; then those that took a little longer. */
const pausesMs = [600, 400, 600, 900] as const;
const longestPauseMs = 1000;

/**
 * Most writes are only accepted when they answer. This waits until the CLB has done what it accepted, and returns
 * what DescribeTaskStatus (doc 214/30683) says then.
 */
export async function finishedTask(
  ask: Ask,
  answer: Answer<ActionName>,
  tools: { call: CallClb; clock: Clock; fail: (failure: ApiFailure, ask: Ask) => CloudError },
  signal: AbortSignal,
): Promise<Answer<'DescribeTaskStatus'>> {
  const { call, clock, fail } = tools;
  if (!answer.RequestId) throw fail(malformed('RequestId is missing'), ask);
  const request = { TaskId: answer.RequestId };
  const poll: Ask<'DescribeTaskStatus'> = {
    action: 'DescribeTaskStatus',
    effect: 'read',
    purpose: ask.purpose,
    request,
  };
  const until = clock.now() + deadlineMs;
  for (let polls = 0; clock.now() < until; polls += 1) {
    await clock.sleep(pausesMs[polls] ?? longestPauseMs, signal);
    const task = await call(poll, signal);
    const state = stateOf(task);
    if (state === 'done') return task;
    if (state !== 'running') throw fail(new ApiFailure(state.code, state.message, answer.RequestId), ask);
  }
  throw fail(new ApiFailure(ownCode.taskTimeout, 'still running', answer.RequestId), ask);
}

function stateOf({ Status: status, Message: message }: Answer<'DescribeTaskStatus'>) {
  if (status === 0) return 'done';
  if (status === 2) return 'running';
  if (status === 1) return { code: ownCode.taskFailed, message: message ?? 'it gave no reason' };
  return { code: ownCode.malformed, message: `the Status of a task is ${status ?? 'missing'}` };
}
