/** Most urgent first. A drain is a weight 0 that is due; a look is anything that nobody waits for. */
export const priorities = ['drain', 'gate', 'change', 'look'] as const;
export type Priority = (typeof priorities)[number];

/**
 * What work is queued under, as in the API server's Priority and Fairness: by priority, and among equals each share in
 * turn.
 */
export interface Flow {
  /** May rise while the work waits or runs. */
  readonly priority: Priority;
  /** On whose account: a namespace. */
  readonly share: string;
}

export function rankOf({ priority }: Pick<Flow, 'priority'>): number {
  return priorities.indexOf(priority);
}

export function isDrain({ priority }: Flow): boolean {
  return priority === 'drain';
}

/** What nobody in particular waits for, such as the work of the webhook. */
export const ordinaryFlow: Flow = { priority: 'change', share: '' };
