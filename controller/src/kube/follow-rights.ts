import { programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { describePermission, isRefusal, permissionIn } from '@clb-direct/shared/kube/client/refusal.ts';
import type { Report, Reporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { createBackoff } from '@clb-direct/shared/runtime/backoff.ts';
import { gauge } from '@clb-direct/shared/runtime/metrics.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import type { Registry } from 'prom-client';
import type { RequiredList } from './required-lists.ts';

/** Whether this replica may read what a leader must. */
export interface Rights {
  /** Why a rollout must not go on to more replicas like this one; empty = ready. */
  problems(): readonly string[];
  /** Resolves when nothing is refused, or when the signal aborts. */
  untilThere(signal: AbortSignal): Promise<void>;
}

export interface RightsOptions {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly lists: readonly RequiredList[];
  readonly reporter: Reporter;
  readonly registry: Registry;
  /** Something is refused: an uninstall takes the rights away too. */
  readonly onRefused: (signal: AbortSignal) => Promise<void>;
  /** For tests. */
  readonly pauseMs?: { readonly minMs: number; readonly maxMs: number };
}

/** During an install, some calls come before the permissions. */
const graceMs = 2_000;
const timeoutMs = 5_000;

/** One list that is refused, in words. */
interface Missing {
  readonly what: string;
  readonly role: string;
}

export function followRights(o: RightsOptions): Rights {
  const refused = gauge(o.registry, {
    name: 'refused_lists',
    help: 'Lists that the API server refuses and without which this replica does not lead.',
    labelNames: [],
  });
  let problems: readonly string[] = ['not known yet whether it may read the cluster'];

  async function look(signal: AbortSignal): Promise<readonly Missing[]> {
    const missing = (await Promise.all(o.lists.map(async (list) => refusalOf(list, o.api, signal)))).flat();
    problems = missing.map(({ what, role }) => `the API server refuses: ${what} (${role})`);
    refused.set(missing.length);
    return missing;
  }

  return {
    problems: () => problems,
    async untilThere(signal) {
      const sinceMs = performance.now();
      const isLate = () => !signal.aborted && performance.now() - sinceMs >= graceMs;
      const backoff = createBackoff(o.pauseMs ?? { minMs: 500, maxMs: 10_000 });
      while (!signal.aborted) {
        const missing = await look(signal);
        if (missing.length === 0) return;
        await o.onRefused(signal);
        if (isLate()) o.reporter.report(reportOf(missing, o));
        await sleep(backoff.nextMs(), signal).catch(() => undefined);
      }
    },
  };
}

/** What is not answered says nothing of rights. */
async function refusalOf(
  { path, query, role }: RequiredList,
  api: KubeApi,
  signal: AbortSignal,
): Promise<readonly Missing[]> {
  try {
    await api.call({ method: 'GET', path, query: { ...query, limit: 1 }, signal, timeoutMs });
    return [];
  } catch (error) {
    if (!isRefusal(error)) return [];
    const permission = permissionIn(error);
    return [{ what: permission === undefined ? String(error) : describePermission(permission), role }];
  }
}

function reportOf(missing: readonly Missing[], { namespace }: RightsOptions): Report {
  const [what, roles] = [new Set(missing.map((one) => one.what)), new Set(missing.map(({ role }) => role))];
  return {
    severity: 'Warning',
    reason: 'RightsMissing',
    message:
      `Apply the manifests again: the API server refuses ${[...what].join(', ')}, so this replica does not lead. ` +
      `The permissions are in ${[...roles].join(', ')}; the role or its binding is missing or was changed.`,
    about: { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: programName.controller },
    repeat: { by: 'reason', afterMs: 60_000 },
  };
}
