import type { Repeat } from '@clb-direct/shared/domain/finding.ts';
import { programName, tkeCniSettings } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi, KubeCall } from '@clb-direct/shared/kube/client/kube-api.ts';
import { describePermission, permissionIn, type Permission } from '@clb-direct/shared/kube/client/refusal.ts';
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

const inRole: ReadonlySet<string> = new Set(['secrets', 'services', 'pods', 'leases.coordination.k8s.io']);

/** Which role of the manifests has the rules for a resource. */
export function placeOf(resource: string, namespace: string): string {
  if (inRole.has(resource)) return `Role ${namespace}/${programName.webhook}`;
  if (resource === 'configmaps') return `Role ${tkeCniSettings.namespace}/${programName.webhook}`;
  return `ClusterRole ${programName.webhook}`;
}
