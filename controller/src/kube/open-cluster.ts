import { tkeServiceController } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { configMaps, pods, services } from '@clb-direct/shared/kube/client/paths.ts';
import { startReflector, type Reflector } from '@clb-direct/shared/kube/reflector/reflector.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Registry } from 'prom-client';
import type { ClusterChange, ClusterView } from '../core/ports.ts';
import type { PodView, ServiceView } from '../core/views.ts';
import type { GateExpected } from './gate-expected.ts';
import { KeyedIndex } from './keyed-index.ts';
import { toPodView } from './pod-view.ts';
import { toServiceView } from './service-view.ts';

export interface OpenClusterOptions {
  readonly api: KubeApi;
  readonly gateType: string;
  readonly gateExpected: GateExpected;
  readonly log: Log;
  readonly registry: Registry;
  readonly signal: AbortSignal;
}

export interface OpenCluster extends ClusterView {
  /** Time since the API server last said anything, by the quietest watch. */
  lastContactAgeMs(): number;
}

/** Watches pods, Services and the mark of TKE's own controller; resolves when all of them have synced. */
export async function openCluster(options: OpenClusterOptions, change: ClusterChange): Promise<OpenCluster> {
  const { gateType, gateExpected } = options;
  const podsByNamespace = new KeyedIndex<PodView>(({ namespace }) => namespace);
  const podsByIp = new KeyedIndex<PodView>(({ ip }) => ip);
  const servicesByNamespace = new KeyedIndex<ServiceView>(({ namespace }) => namespace);
  const podReflector = startReflector<PodView>({
    ...options,
    name: 'pods',
    path: pods(),
    toView: (raw) => toPodView(raw, gateType, gateExpected),
    onChange: (key, now, before) => {
      podsByNamespace.put(key, now, before);
      podsByIp.put(key, now, before);
      change.pods(now, before);
    },
  });
  const serviceReflector = startReflector<ServiceView>({
    ...options,
    name: 'services',
    path: services(),
    toView: toServiceView,
    onChange: (key, now, before) => {
      servicesByNamespace.put(key, now, before);
      change.services(now, before);
    },
  });
  const tkeReflector = watchTke(options, change);
  const reflectors: readonly Reflector<unknown>[] = [podReflector, serviceReflector, tkeReflector];
  await Promise.all(reflectors.map(async ({ synced }) => synced));
  return {
    pod: (key) => podReflector.items.get(key),
    pods: () => podReflector.items.values(),
    podsIn: (namespace) => podsByNamespace.get(namespace),
    podsAt: (ip) => podsByIp.get(ip),
    services: () => [...serviceReflector.items.values()],
    service: (key) => serviceReflector.items.get(key),
    servicesIn: (namespace) => servicesByNamespace.get(namespace),
    tkePresent: () => tkeReflector.items.size > 0,
    lastContactAgeMs: () => Math.max(...reflectors.map((reflector) => reflector.lastContactAgeMs())),
  };
}

function watchTke(options: OpenClusterOptions, change: ClusterChange): Reflector<true> {
  return startReflector<true>({
    ...options,
    name: 'tke-service-controller',
    path: configMaps(tkeServiceController.namespace),
    query: { fieldSelector: `metadata.name=${tkeServiceController.name}` },
    toView: () => true,
    onChange: () => change.tke(),
  });
}
