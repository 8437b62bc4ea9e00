import { readCniDefault, type EniDefault } from '@clb-direct/shared/domain/eni.ts';
import { hourly } from '@clb-direct/shared/domain/finding.ts';
import { tkeCniSettings, tkeServiceController } from '@clb-direct/shared/domain/names.ts';
import { readGlobalRoute, type ClusterNetwork } from '@clb-direct/shared/domain/reach.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { configMap, configMaps } from '@clb-direct/shared/kube/client/paths.ts';
import { readIfThere } from '@clb-direct/shared/kube/client/read-if-there.ts';
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

/** What of the cluster decides who gets the gate. */
export interface ClusterNetworkSource {
  /** Undefined until it was read. */
  current(): ClusterNetwork | undefined;
  readonly stopped: Promise<void>;
}

const firstRetryMs = 500;
const loopName = 'cluster-network';

/** Follows TKE's switch for GlobalRouter pods and, if the setting is `auto`, its CNI settings. */
export function followClusterNetwork(o: {
  /** ENI_DEFAULT. */
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
}): ClusterNetworkSource {
  let current: ClusterNetwork | undefined;
  const { api, loops, log, registry, signal } = o;
  const watch = watchSettings({ api, loops, log, registry, signal });
  const pauseMs = () => (watch.isLive() ? o.restMs : o.recheckMs);
  async function readEniDefault(signal: AbortSignal): Promise<EniDefault> {
    if (o.setting !== 'auto') return o.setting;
    const { eniDefault, problem } = readCniDefault(await readSetting(o.api, tkeCniSettings, signal));
    if (problem !== undefined) o.reporter.report(unreadable(problem));
    return eniDefault;
  }
  async function reconcile(signal: AbortSignal): Promise<number> {
    const eniDefault = await readEniDefault(signal);
    const globalRoute = readGlobalRoute(await readSetting(o.api, globalRouteSwitch, signal));
    if (eniDefault === current?.eniDefault && globalRoute === current.globalRoute) return pauseMs();
    o.log.info({ eniDefault, globalRoute }, 'read which pods CLBs reach directly');
    current = { eniDefault, globalRoute };
    // The registration carries the same rule.
    o.loops.trigger();
    return pauseMs();
  }
  const retryMs = { first: firstRetryMs, most: o.recheckMs };
  const loop = o.loops.run({ name: loopName, reconcile, signal: o.signal, ignoresTrigger: true, retryMs });
  return { current: () => current, stopped: Promise.all([loop, watch.stopped]).then(() => undefined) };
}

const globalRouteSwitch = { ...tkeServiceController, key: tkeServiceController.globalRoute };

/** A change is read at once; the reading stays the only one who judges. */
function watchSettings(o: Omit<WatchByNameOptions, 'objects' | 'onChange'> & { loops: ReconcileLoops }): WatchesByName {
  const { loops, ...options } = o;
  const watched = (label: string, { namespace, name }: typeof tkeCniSettings | typeof tkeServiceController) => {
    return { label, path: configMaps(namespace), name, toView: (raw: unknown) => own(asObject(raw), 'data') };
  };
  return watchByName({
    ...options,
    objects: [watched('cni-settings', tkeCniSettings), watched('tke-service-controller', tkeServiceController)],
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

interface ConfigMapKey {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

/** Undefined: no such ConfigMap or key. */
async function readSetting(
  api: KubeApi,
  { namespace, name, key }: ConfigMapKey,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await readIfThere(api, configMap(namespace, name), signal);
  const value = own(asObject(found?.['data']), key);
  return typeof value === 'string' ? value : undefined;
}
