import { KubeError } from './kube-api.ts';

/** The API server answers that it will not: the right is missing, or the kind. */
export function isRefusal(error: unknown): boolean {
  return error instanceof KubeError && [401, 403, 404].includes(error.status);
}

/** What the authorizer refused: a verb on a resource such as "deployments.apps". */
export interface Permission {
  readonly verb: string;
  readonly resource: string;
}

export function describePermission({ verb, resource }: Permission): string {
  return `${verb} ${resource}`;
}

// The words of every API server's authorizer. Others refuse with 403 too: quotas, webhooks, a Namespace that ends.
const refusal = /cannot (\S+) resource "([^"]+)" in API group "([^"]*)"/;

export function permissionIn(error: unknown): Permission | undefined {
  if (!(error instanceof KubeError) || error.status !== 403) return undefined;
  const [, verb = '', resource = '', group = ''] = refusal.exec(error.message) ?? [];
  if (verb === '') return undefined;
  return { verb, resource: group === '' ? resource : `${resource}.${group}` };
}
