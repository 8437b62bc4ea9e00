/**
 * How webhook and controller speak of a deletion that waits for the pod's drain: by two conditions of the pod. Users
 * write annotations, but may not patch `pods/status`. `requested` is the webhook's, `drained` the controller's answer.
 */
export const heldDeletion = {
  requested: 'clb-direct.io/DrainRequested',
  drained: 'clb-direct.io/Drained',
  /** The controller's too: a Service of the pod asks that its deletion waits. The webhook sees no Services. */
  asked: 'clb-direct.io/DrainBeforeDelete',
} as const;

/** A request that no deletion follows in this time is over, and the pod carries weight again. */
export const heldDeletionLifeMs = 60_000;

/** Why the conditions of a held deletion stand as they do. */
export const drainReason = {
  /** The webhook asks. */
  held: 'DeletionHeld',
  /** Every target of the pod is at weight 0. */
  drained: 'WeightZero',
  /** No CLB has a target of the pod. */
  nothing: 'NoTarget',
  /** A target has weight still. */
  waiting: 'TargetHasWeight',
  /** A CLB was not looked at yet. */
  unseen: 'LoadBalancerNotSeen',
  /** A Service asks that deletions wait, or none does any more. */
  serviceAsks: 'ServiceAsks',
  noServiceAsks: 'NoServiceAsks',
  /** The pod was not deleted after all. */
  over: 'NotDeleted',
} as const;
