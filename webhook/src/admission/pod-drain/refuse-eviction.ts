import { apiVersion, kind } from '../read-review.ts';

/** As the API server itself refuses it (eviction.go): `kubectl drain` tries again. */
export function refuseEviction(uid: string, budget: string): string {
  const message = `The disruption budget ${budget} does not allow evicting pods currently`;
  const status = {
    status: 'Failure',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    reason: 'TooManyRequests',
    details: { causes: [{ reason: 'DisruptionBudget', message }] },
    code: 429,
  };
  return JSON.stringify({ apiVersion, kind, response: { uid, allowed: false, status } });
}
