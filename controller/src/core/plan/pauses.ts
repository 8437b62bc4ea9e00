import type { CloudErrorKind } from '../model/cloud-error.ts';

const growth: Readonly<Record<CloudErrorKind, { readonly firstMs: number; readonly mostMs: number }>> = {
  busy: { firstMs: 300, mostMs: 5_000 },
  throttled: { firstMs: 1_000, mostMs: 10_000 },
  transient: { firstMs: 500, mostMs: 10_000 },
  gone: { firstMs: 2_000, mostMs: 15_000 },
  refused: { firstMs: 2_000, mostMs: 30_000 },
  quota: { firstMs: 5_000, mostMs: 30_000 },
  credentials: { firstMs: 2_000, mostMs: 15_000 },
};

/**
 * How long to leave a failing key alone. Every pause is bounded, so that it recovers soon without action
 * after its cause is gone. `spread` is a number in [0, 1) that keeps many keys from coming back at once.
 */
export function pauseAfter(kind: CloudErrorKind, failures: number, spread: number): number {
  const { firstMs, mostMs } = growth[kind];
  const fullMs = Math.min(mostMs, firstMs * 2 ** Math.max(0, failures - 1));
  return Math.round(fullMs * (0.75 + 0.25 * spread));
}
