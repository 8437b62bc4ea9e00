import type { Registry } from 'prom-client';
import type { Log } from '../runtime/logger.ts';
import type { KubeApi } from './kube-api.ts';

/** Proof of leadership, valid by the local clocks alone: it runs out by itself when renewals stop. */
export interface Held {
  /** Aborts when the lease is lost or the program stops. */
  readonly signal: AbortSignal;
  /** Ask before every write to the outside world. Once false, false for ever. */
  isHeld(): boolean;
  /** Grows with every change of leader. */
  readonly epoch: number;
}

export interface LeaseOptions {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  /** How long others wait without a renewal before they take over. */
  readonly durationMs: number;
  /** How long the holder acts after its last renewal; must be less than durationMs. */
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly registry?: Registry;
}

export declare function runWithLease(options: LeaseOptions, lead: (held: Held) => Promise<void>): Promise<void>;
