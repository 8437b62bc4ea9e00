import type { Registry } from 'prom-client';
import { counter, histogram } from '../../runtime/metrics.ts';
import { KubeError } from './kube-api.ts';

/** Counts requests to the API server. */
export interface KubeMetrics {
  answered(method: string, durationMs: number): void;
  failed(method: string, error: unknown, durationMs: number): void;
}

export function kubeMetrics(registry: Registry | undefined): KubeMetrics {
  const requests = counter(registry, {
    name: 'kube_requests_total',
    help: 'Requests to the API server, each try counted, by method and status (or the reason why no answer came).',
    labelNames: ['method', 'code'],
  });
  const duration = histogram(registry, {
    name: 'kube_request_duration_seconds',
    help: 'How long requests to the API server take, each try by itself.',
    labelNames: ['method'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10, 30],
  });
  function note(method: string, code: string, durationMs: number): void {
    requests.inc({ method, code });
    if (method !== 'WATCH') duration.observe({ method }, durationMs / 1_000);
  }
  return {
    answered: (method, durationMs) => note(method, '2xx', durationMs),
    failed: (method, error, durationMs) => note(method, codeOf(error), durationMs),
  };
}

function codeOf(error: unknown): string {
  if (!(error instanceof KubeError)) return 'Aborted';
  return error.status === 0 ? error.reason : String(error.status);
}
