import { programName, tkeCniSettings } from '@clb-direct/shared/domain/names.ts';
import type { EventRecorder } from '@clb-direct/shared/kube/events/event-recorder.ts';
import { KubeError, type KubeApi, type KubeCall } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';

/** At an install, or before an uninstall, some calls come sooner or later than the rights. */
const doubtMs = 2_000;
const retellMs = 60_000;
/** What is not refused again for so long is allowed again, or not asked for any more. */
const memoryMs = 120_000;

/** Hears of every call that fails; tells, by log and event, which rights have been missing for more than a moment. */
export function createRightsAlarm(o: {
  recorder: EventRecorder;
  log: Log;
  namespace: string;
  monotonicMs: () => number;
  /** Aborts when the program is told to stop: in an uninstall rights go, and nobody is to bring them back. */
  signal: AbortSignal;
}): (error: unknown) => void {
  const refusedAtMs = new Map<string, number>();
  let sinceMs = 0;
  let toldAtMs = -Infinity;

  function recent(): string[] {
    const rights = [...refusedAtMs].filter(([, atMs]) => o.monotonicMs() - atMs < memoryMs);
    return rights.map(([right]) => right).sort();
  }

  function tell(missing: readonly string[]): void {
    const places = [...new Set(missing.map((right) => placeOf(right.replace(/^\S+ /, ''), o.namespace)))];
    const message =
      `The API server refuses: ${missing.join(', ')}. These rights stand in ${places.join(', ')}; the role or its binding ` +
      'is missing or was changed. Apply the manifests again.';
    o.log.warn({ missing, places }, 'rights are missing; apply the manifests again');
    const regarding = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: o.namespace, name: programName.webhook };
    o.recorder.record({ regarding, type: 'Warning', reason: 'RightsMissing', message });
  }

  return (error) => {
    const right = rightIn(error);
    if (right === undefined || o.signal.aborted) return;
    const nowMs = o.monotonicMs();
    if (recent().length === 0) sinceMs = nowMs;
    refusedAtMs.set(right, nowMs);
    if (nowMs - sinceMs < doubtMs || nowMs - toldAtMs < retellMs) return;
    toldAtMs = nowMs;
    tell(recent());
  };
}

/** The same API server, and every failure of a call is heard. */
export function hearFailures(api: KubeApi, onFailure: (error: unknown) => void): KubeApi {
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

/** Such as "get deployments.apps". */
function rightIn(error: unknown): string | undefined {
  if (!(error instanceof KubeError) || error.status !== 403) return undefined;
  const [, verb = '', resource = '', group = ''] = refusal.exec(error.message) ?? [];
  if (verb === '') return undefined;
  return group === '' ? `${verb} ${resource}` : `${verb} ${resource}.${group}`;
}

const inRole: ReadonlySet<string> = new Set(['secrets', 'services', 'pods', 'leases.coordination.k8s.io']);

/** Which role of the manifests has the rules for a resource. */
export function placeOf(resource: string, namespace: string): string {
  if (inRole.has(resource)) return `Role ${namespace}/${programName.webhook}`;
  if (resource === 'configmaps') return `Role ${tkeCniSettings.namespace}/${programName.webhook}`;
  return `ClusterRole ${programName.webhook}`;
}
