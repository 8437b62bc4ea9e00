/** What every step of bringing the stack up gets. */
export interface Step {
  readonly root: string;
  /** Prints what is being done, one line at a time. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}
