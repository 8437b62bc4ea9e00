import { counter, histogram } from '@clb-direct/shared/runtime/metrics.ts';
import type { Registry } from 'prom-client';
import type { ActionName } from './actions.ts';
import { ApiFailure } from './api-failure.ts';
import type { Clock } from './clock.ts';
import type { Send } from './send.ts';

export interface ClbMetrics {
  readonly requested: (action: ActionName, code: string, ms: number) => void;
  readonly waited: (action: ActionName, ms: number) => void;
}

export function createClbMetrics(registry: Registry): ClbMetrics {
  const requests = counter(registry, {
    name: 'clb_requests_total',
    help: 'Requests to the CLB API by action and by the code that came back, OK among them.',
    labelNames: ['action', 'code'],
  });
  const seconds = histogram(registry, {
    name: 'clb_request_seconds',
    help: 'Time that one request to the CLB API took.',
    labelNames: ['action'],
    buckets: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
  });
  const waits = histogram(registry, {
    name: 'clb_throttle_wait_seconds',
    help: 'Time that a request waited for the client-side rate limit.',
    labelNames: ['action'],
    buckets: [0.001, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30],
  });
  return {
    requested: (action, code, ms) => {
      requests.inc({ action, code });
      seconds.observe({ action }, ms / 1000);
    },
    waited: (action, ms) => waits.observe({ action }, ms / 1000),
  };
}

/** Counts and times each request that really goes out. */
export function measured(send: Send, requested: ClbMetrics['requested'], clock: Clock): Send {
  return async (ask, attempt) => {
    const from = clock.now();
    try {
      const answer = await send(ask, attempt);
      requested(ask.action, 'OK', clock.now() - from);
      return answer;
    } catch (error) {
      requested(ask.action, error instanceof ApiFailure ? error.code : 'Aborted', clock.now() - from);
      throw error;
    }
  };
}
