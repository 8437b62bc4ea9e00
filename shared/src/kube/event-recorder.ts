import type { Registry } from 'prom-client';
import type { Log } from '../runtime/logger.ts';
import type { KubeApi } from './kube-api.ts';

export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
}

export interface EventToRecord {
  readonly regarding: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface EventRecorder {
  /** Never throws and never waits; repeats are counted on one Event. */
  record(event: EventToRecord): void;
  /** Sends what is still queued; ends early when the signal aborts. */
  flush(signal: AbortSignal): Promise<void>;
}

export interface EventRecorderOptions {
  readonly api: KubeApi;
  readonly component: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly registry?: Registry;
}

export declare function createEventRecorder(options: EventRecorderOptions): EventRecorder;
