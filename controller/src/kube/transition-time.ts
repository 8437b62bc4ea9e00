interface Condition {
  readonly status: string;
}

/** The time of a condition, without milliseconds as Kubernetes writes it; only where its status changes. */
export function transitionTime(now: Condition, before: Condition | undefined, nowMs: number) {
  if (now.status === before?.status) return {};
  return { lastTransitionTime: new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z') };
}
