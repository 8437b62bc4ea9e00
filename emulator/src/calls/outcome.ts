/** What goes back over the wire: a body with its status, or a reset connection. */
export type Reply = { kind: 'answer'; status: number; body: string } | { kind: 'reset' };

/** How a call ended: its answer, and the code under which the call log records it (null: success). */
export interface Outcome {
  code: string | null;
  reply: Reply;
}
