import type { Health } from '../state/model.ts';

/** One API request, refused ones too; listed when it has been answered. */
export interface Call {
  atMs: number;
  endMs: number;
  action: string;
  write: boolean;
  /** The one that it names; null when it names none or several. */
  loadBalancerId: string | null;
  /** How many targets it names. */
  targets: number;
  /**
   * The API's error code; `Http503`, `ConnectionReset`, `AnswerLost` or `NotJson` for faults below the API; null for a
   * success.
   */
  code: string | null;
  /** The faults that have hit it. */
  faults: readonly string[];
  request: unknown;
  requestId: string;
}

export interface HealthChange {
  atMs: number;
  loadBalancerId: string;
  listenerId: string;
  /** Null where targets are the listener's own. */
  ruleId: string | null;
  ip: string;
  port: number;
  from: Health;
  to: Health;
  registeredAtMs: number;
  /** How long after its registration the target was Alive for the first time; null for every other change. */
  msToAlive: number | null;
}

export type Numbered<T> = T & { seq: number };
