import type { Server } from 'node:net';

/** What each kind is given. */
export interface Serving {
  /** The name of the pod. */
  readonly pod: string;
  readonly listen: (server: Server) => void;
  /** Accepts no more, and ends the program when the last connection has ended. */
  readonly endWhenIdle: (server: Closing) => void;
}

export interface Closing {
  close(done: () => void): unknown;
}
