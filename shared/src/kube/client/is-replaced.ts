import { isNotFound, KubeError } from './kube-api.ts';

/**
 * The object that was meant is gone, or another one has its name now: nothing is left to write. A PATCH that carries
 * the UID is refused by the API server with 422 "metadata.uid: field is immutable" then (tried on 1.36). A 409 is
 * something else, a write that lost a race, and must be tried again.
 */
export function isReplaced(error: unknown): boolean {
  if (isNotFound(error)) return true;
  return error instanceof KubeError && error.status === 422 && error.message.includes('metadata.uid');
}
