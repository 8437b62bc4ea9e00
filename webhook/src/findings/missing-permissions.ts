import type { Repeat } from '@clb-direct/shared/domain/finding.ts';
import { programName, tkeCniSettings } from '@clb-direct/shared/domain/names.ts';
import { KubeError, type KubeApi, type KubeCall } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { Report, Reporter } from '@clb-direct/shared/kube/events/reporter.ts';

/** During an install or an uninstall, some calls come before or after the permissions. */
const graceMs = 2_000;
const eachMinute: Repeat = { by: 'reason', afterMs: 60_000 };
/** A call that is not refused again within this time is allowed again, or not made any more. */
const memoryMs = 120_000;

/** Gets every failure of a call; reports which permissions have been missing for more than a moment. */
export function watchMissingPermissions(o: {
  reporter: Reporter;
  namespace: string;
  monotonicMs: () => number;
  /** Aborts when the program is asked to stop: an uninstall removes permissions, and they must stay removed. */
  signal: AbortSignal;
}): (error: unknown) => void {
  const refused = new Map<string, { readonly permission: Permission; readonly atMs: number }>();
  let sinceMs = 0;

  function recent(): readonly Permission[] {
    const known = [...refused.values()].filter(({ atMs }) => o.monotonicMs() - atMs < memoryMs);
    const permissions = known.map(({ permission }) => permission);
    return permissions.sort((a, b) => (describePermission(a) < describePermission(b) ? -1 : 1));
  }

  return (error) => {
    const permission = permissionIn(error);
    if (permission === undefined || o.signal.aborted) return;
    const nowMs = o.monotonicMs();
    if (recent().length === 0) sinceMs = nowMs;
    refused.set(describePermission(permission), { permission, atMs: nowMs });
    if (nowMs - sinceMs >= graceMs) o.reporter.report(findingOf(recent(), o.namespace));
  };
}

/** What the authorizer refused: a verb on a resource such as "deployments.apps". */
interface Permission {
  readonly verb: string;
  readonly resource: string;
}

function describePermission({ verb, resource }: Permission): string {
  return `${verb} ${resource}`;
}

function findingOf(missing: readonly Permission[], namespace: string): Report {
  const places = [...new Set(missing.map(({ resource }) => placeOf(resource, namespace)))];
  return {
    severity: 'Warning',
    reason: 'RightsMissing',
    message:
      `The API server refuses: ${missing.map(describePermission).join(', ')}. ` +
      `These permissions are in ${places.join(', ')}; the role or its binding is missing or was changed. ` +
      'Apply the manifests again.',
    about: { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: programName.webhook },
    repeat: eachMinute,
  };
}

/** The same API server; every failure of a call is passed on, too. */
export function observeFailures(api: KubeApi, onFailure: (error: unknown) => void): KubeApi {
  return {
    async call<T>(call: KubeCall): Promise<T> {
      try {
        return await api.call<T>(call);
      } catch (error) {
        onFailure(error);
        throw error;
      }
    },
    watch: (call) => api.watch(call),
    close: () => api.close(),
  };
}

// The words of every API server's authorizer. Others refuse with 403 too: quotas, webhooks, a Namespace that ends.
const refusal = /cannot (\S+) resource "([^"]+)" in API group "([^"]*)"/;

function permissionIn(error: unknown): Permission | undefined {
  if (!(error instanceof KubeError) || error.status !== 403) return undefined;
  const [, verb = '', resource = '', group = ''] = refusal.exec(error.message) ?? [];
  if (verb === '') return undefined;
  return { verb, resource: group === '' ? resource : `${resource}.${group}` };
}

const inRole: ReadonlySet<string> = new Set(['secrets', 'services', 'pods', 'leases.coordination.k8s.io']);

/** Which role of the manifests has the rules for a resource. */
export function placeOf(resource: string, namespace: string): string {
  if (inRole.has(resource)) return `Role ${namespace}/${programName.webhook}`;
  if (resource === 'configmaps') return `Role ${tkeCniSettings.namespace}/${programName.webhook}`;
  return `ClusterRole ${programName.webhook}`;
}
