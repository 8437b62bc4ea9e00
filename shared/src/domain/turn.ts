/** Most urgent first. A drain is a weight 0 that is due; a look is anything that nobody waits for. */
export const priorities = ['drain', 'gate', 'change', 'look'] as const;
export type Priority = (typeof priorities)[number];

/** When work gets its turn: by priority, and among equals each share after the other. */
export interface Turn {
  /** May rise while the work waits or runs. */
  readonly priority: Priority;
  /** On whose account: a namespace. */
  readonly share: string;
}

export function rankOf({ priority }: Pick<Turn, 'priority'>): number {
  return priorities.indexOf(priority);
}

export function isDrain({ priority }: Turn): boolean {
  return priority === 'drain';
}

/** What nobody in particular waits for, such as the work of the webhook. */
export const ordinaryTurn: Turn = { priority: 'change', share: '' };
