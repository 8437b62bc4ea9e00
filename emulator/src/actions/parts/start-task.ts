import type { ActionContext } from './action.ts';

/** Starts the task of an asynchronous action; its effect comes when it ends. */
export function startTask(context: ActionContext, loadBalancerIds: readonly string[], apply: () => void): void {
  const { action, requestId, tasks } = context;
  tasks.start({ action, kind: 'task', requestId, loadBalancerIds, apply });
}

/** Does the work of an action that answers when it is done; `size` counts the members of a batch. */
export function hold<T>(
  { action, requestId, tasks }: ActionContext,
  loadBalancerIds: readonly string[],
  apply: () => T,
  size = 0,
): Promise<T> {
  return tasks.hold({ action, requestId, loadBalancerIds, size, apply });
}
