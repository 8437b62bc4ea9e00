import { tkeServiceController } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { configMaps, pods } from '@clb-direct/shared/kube/client/paths.ts';
import { startReflector, type Reflector } from '@clb-direct/shared/kube/reflector/reflector.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Registry } from 'prom-client';
import type { ClusterChange, ClusterView } from '../core/model/cluster-port.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { PodView } from '../core/model/pod-view.ts';
import type { GateExpected } from './gate-expected.ts';
import { IndexedOwners } from './indexed-owners.ts';
import { IndexedPods } from './indexed-pods.ts';
import { toPodView } from './pod-view.ts';
import { watchedSources } from './watched-sources.ts';

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

/**
 * Watches pods, the owners of every source and the mark of TKE's own controller; resolves when all of them have synced.
 * The indexes have a change before `change` is called with it.
 */
export async function openCluster(options: OpenClusterOptions, change: ClusterChange): Promise<OpenCluster> {
  const [podIndex, owners] = [new IndexedPods(), new IndexedOwners()];
  const podReflector = watchPods(options, podIndex, change);
  const tkeReflector = watchTke(options, change);
  const reflectors = [podReflector, tkeReflector, ...watchOwners(options, owners, change)];
  await Promise.all(reflectors.map(async ({ synced }) => synced));
  return {
    pod: (key) => podReflector.items.get(key),
    pods: () => podReflector.items.values(),
    podsSelectedBy: (selector) => podIndex.podsSelectedBy(selector),
    podsAt: (ip) => podIndex.podsAt(ip),
    podWithUid: (uid) => podIndex.podWithUid(uid),
    owners: () => owners.owners(),
    owner: (key) => owners.owner(key),
    ownersOn: (balancerId) => owners.ownersOn(balancerId),
    ownersSelecting: (pod) => owners.ownersSelecting(pod),
    ownersReferringTo: (reference) => owners.ownersReferringTo(reference),
    tkePresent: () => tkeReflector.items.size > 0,
    lastContactAgeMs: () => Math.max(...reflectors.map((reflector) => reflector.lastContactAgeMs())),
  };
}

function watchPods(options: OpenClusterOptions, index: IndexedPods, change: ClusterChange): Reflector<PodView> {
  const { gateType, gateExpected } = options;
  return startReflector<PodView>({
    ...options,
    name: 'pods',
    path: pods(),
    toView: (raw) => toPodView(raw, gateType, gateExpected),
    onChange: (_, now, before) => {
      index.put(now, before);
      change.pods(now, before);
    },
  });
}

function watchOwners(options: OpenClusterOptions, owners: IndexedOwners, change: ClusterChange) {
  return watchedSources.map(({ name, path, read }) =>
    startReflector<OwnerView>({
      ...options,
      name,
      path,
      toView: read,
      onChange: (_, now, before) => {
        owners.put(now, before);
        change.owners(now, before);
      },
    }),
  );
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
