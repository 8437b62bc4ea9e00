/** Whether an action changes something. */
export function isWrite(action: string): boolean {
  return !action.startsWith('Describe') && !action.startsWith('AssumeRole');
}

/** Whether an action binds or unbinds targets of several listeners and can fail for some of them. */
export function isBatchOfTargets(action: string): boolean {
  return action === 'BatchRegisterTargets' || action === 'BatchDeregisterTargets';
}
