import { readCniDefault, type EniDefault } from '@clb-direct/shared/domain/eni.ts';
import { hourly } from '@clb-direct/shared/domain/finding.ts';
import { tkeCniSettings } from '@clb-direct/shared/domain/names.ts';
import { isNotFound, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { configMap, configMaps } from '@clb-direct/shared/kube/client/paths.ts';
import type { Report, Reporter } from '@clb-direct/shared/kube/events/reporter.ts';
import {
  watchByName,
  type WatchByNameOptions,
  type WatchesByName,
} from '@clb-direct/shared/kube/reflector/watch-by-name.ts';
import { asObject, own } from '@clb-direct/shared/domain/raw.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Registry } from 'prom-client';
import type { ReconcileLoops } from '../../reconcile-loop/reconcile-loops.ts';

/** What a pod without a mark is. */
export interface EniDefaultSource {
  /** Undefined until it was read. */
  current(): EniDefault | undefined;
  readonly stopped: Promise<void>;
}

const firstRetryMs = 500;
const loopName = 'eni-default';

/** Follows TKE's CNI settings if the setting is `auto`; else the setting is the answer. */
export function followEniDefault(o: {
  setting: EniDefault | 'auto';
  /** How long a reading counts without a watch, and how long while a watch shows every change. */
  recheckMs: number;
  restMs: number;
  api: KubeApi;
  reporter: Reporter;
  loops: ReconcileLoops;
  log: Log;
  registry: Registry;
  signal: AbortSignal;
}): EniDefaultSource {
  if (o.setting !== 'auto') {
    const fixed = o.setting;
    return { current: () => fixed, stopped: Promise.resolve() };
  }
  let current: EniDefault | undefined;
  const { api, loops, log, registry, signal } = o;
  const watch = watchSettings({ api, loops, log, registry, signal });
  const pauseMs = () => (watch.isLive() ? o.restMs : o.recheckMs);
  async function reconcile(signal: AbortSignal): Promise<number> {
    const { eniDefault, problem } = readCniDefault(await readMultusConf(o.api, signal));
    if (problem !== undefined) o.reporter.report(unreadable(problem));
    if (eniDefault === current) return pauseMs();
    o.log.info({ eniDefault }, 'read which pods are ENI pods by default');
    current = eniDefault;
    // The registration carries the same rule.
    o.loops.trigger();
    return pauseMs();
  }
  const retryMs = { first: firstRetryMs, most: o.recheckMs };
  const loop = o.loops.run({ name: loopName, reconcile, signal: o.signal, ignoresTrigger: true, retryMs });
  return { current: () => current, stopped: Promise.all([loop, watch.stopped]).then(() => undefined) };
}

/** A change is read at once; the reading stays the only one who judges. */
function watchSettings(o: Omit<WatchByNameOptions, 'objects' | 'onChange'> & { loops: ReconcileLoops }): WatchesByName {
  const { namespace, name } = tkeCniSettings;
  const { loops, ...options } = o;
  return watchByName({
    ...options,
    objects: [
      { label: 'cni-settings', path: configMaps(namespace), name, toView: (raw) => own(asObject(raw), 'data') },
    ],
    onChange: () => loops.triggerOne(loopName),
  });
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
