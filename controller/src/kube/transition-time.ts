import { conditionTime } from '@clb-direct/shared/kube/client/pod-conditions.ts';

interface Condition {
  readonly status: string;
}

/** The time of a condition, only where its status changes. */
export function transitionTime(now: Condition, before: Condition | undefined, nowMs: number) {
  if (now.status === before?.status) return {};
  return { lastTransitionTime: conditionTime(nowMs) };
}
