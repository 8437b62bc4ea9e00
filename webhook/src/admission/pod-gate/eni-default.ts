import { readCniDefault, type EniDefault } from '@clb-direct/shared/domain/eni.ts';
import { hourly } from '@clb-direct/shared/domain/finding.ts';
import { tkeCniSettings } from '@clb-direct/shared/domain/names.ts';
import { isNotFound, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { configMap } from '@clb-direct/shared/kube/client/paths.ts';
import type { Report, Reporter } from '@clb-direct/shared/kube/events/reporter.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { ReconcileLoops } from '../../reconcile-loop/reconcile-loops.ts';

/** What a pod without a mark is. */
export interface EniDefaultSource {
  /** Undefined until it was read. */
  current(): EniDefault | undefined;
  readonly stopped: Promise<void>;
}

const firstRetryMs = 500;

/** Follows TKE's CNI settings if the setting is `auto`; else the setting is the answer. */
export function followEniDefault(o: {
  setting: EniDefault | 'auto';
  recheckMs: number;
  api: KubeApi;
  reporter: Reporter;
  loops: ReconcileLoops;
  log: Log;
  signal: AbortSignal;
}): EniDefaultSource {
  if (o.setting !== 'auto') {
    const fixed = o.setting;
    return { current: () => fixed, stopped: Promise.resolve() };
  }
  let current: EniDefault | undefined;
  async function reconcile(signal: AbortSignal): Promise<number> {
    const { eniDefault, problem } = readCniDefault(await readMultusConf(o.api, signal));
    if (problem !== undefined) o.reporter.report(unreadable(problem));
    if (eniDefault === current) return o.recheckMs;
    o.log.info({ eniDefault }, 'read which pods are ENI pods by default');
    current = eniDefault;
    // The registration carries the same rule.
    o.loops.trigger();
    return o.recheckMs;
  }
  const retryMs = { first: firstRetryMs, most: o.recheckMs };
  const stopped = o.loops.run({ name: 'eni-default', reconcile, signal: o.signal, ignoresTrigger: true, retryMs });
  return { current: () => current, stopped };
}

function unreadable(problem: string): Report {
  const { namespace, name, key } = tkeCniSettings;
  return {
    severity: 'Warning',
    reason: 'CniSettingsUnreadable',
    message:
      `${key} cannot be read: ${problem}. Pods without a mark count as ENI pods. ` +
      'Correct the ConfigMap, or set ENI_DEFAULT.',
    about: { apiVersion: 'v1', kind: 'ConfigMap', namespace, name },
    repeat: hourly,
  };
}

async function readMultusConf(api: KubeApi, signal: AbortSignal): Promise<string | undefined> {
  const path = configMap(tkeCniSettings.namespace, tkeCniSettings.name);
  try {
    const { data } = await api.call<{ data?: Record<string, string> }>({ method: 'GET', path, signal });
    return data?.[tkeCniSettings.key];
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
