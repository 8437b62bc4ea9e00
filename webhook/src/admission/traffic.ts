/** What the server and its routes know of the requests. */
export interface Traffic {
  /** Each answer asks its client to open a new connection, to another replica. */
  isDraining: boolean;
  /** When the last request was answered (`performance.now()`). */
  lastAnswerMs: number;
}
