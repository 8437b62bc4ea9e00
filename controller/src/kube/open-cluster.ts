import { recordLabel } from '@clb-direct/shared/domain/names.ts';
import type { EniDefault } from '@clb-direct/shared/domain/eni.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { configMaps, pods } from '@clb-direct/shared/kube/client/paths.ts';
import { startReflector, type Reflector } from '@clb-direct/shared/kube/reflector/reflector.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Registry } from 'prom-client';
import type { ClusterChange, ClusterView } from '../core/model/cluster-port.ts';
import type { Unmarked } from '../core/sources/service/mark.ts';
import type { PodView } from '../core/model/pod-view.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import type { SourceFacts } from './bare-owner.ts';
import { firstLists } from './first-lists.ts';
import type { GateExpected } from './gate-expected.ts';
import { IndexedPods } from './indexed-pods.ts';
import { ownerKinds } from './owner-kinds.ts';
import { OwnersWithRecords } from './owners-with-records.ts';
import { toPodView } from './pod-view.ts';
import { readOwned, type ReadOwned } from './owned-format.ts';
import { ReadOwners } from './read-owners.ts';
import { markedBalancers, readRecord, type ReadRecord } from './record-format.ts';
import { RelatedWatches } from './related/related-watches.ts';
import { foundByUs } from './related/found-by-us.ts';
import { relatedWatches } from './related/watched-kinds.ts';
import { unreadFacts } from './unread-facts.ts';
import { watchedSources } from './watched-sources.ts';
import { watchNetwork, watchTke } from './watch-network.ts';

export interface OpenClusterOptions {
  readonly api: KubeApi;
  /** The controller's own, which has the records. */
  readonly namespace: string;
  readonly gateType: string;
  readonly gateExpected: GateExpected;
  /** ENI_DEFAULT; without it, as for "auto", TKE's CNI settings say it. */
  readonly eniDefault?: EniDefault | 'auto';
  readonly hostNetworkTargets?: boolean;
  readonly unmarked?: Unmarked;
  /** A ConfigMap of TKE that is gone counts for so long; some minutes unless told. */
  readonly lastMs?: number;
  readonly log: Log;
  readonly registry: Registry;
  readonly signal: AbortSignal;
  /** See `firstLists`. */
  readonly refusedMs?: number;
}

export interface OpenCluster extends ClusterView {
  /** Time since the API server last said anything, by the quietest watch. */
  lastContactAgeMs(): number;
}

/**
 * Watches pods, the owners of every source, the records and the mark of TKE's own controller; resolves when all of them
 * have synced, and rejects when one is refused for long.
 * The indexes have a change before `change` is called with it.
 */
export async function openCluster(options: OpenClusterOptions, change: ClusterChange): Promise<OpenCluster> {
  const podIndex = new IndexedPods();
  const found = foundByUs(readAgain);
  const related = new RelatedWatches([...relatedWatches(options, readAgain), ...found.watches], isReferredTo);
  const owners: OwnersWithRecords = new OwnersWithRecords((now, before) => {
    related.follow(now, before);
    change.owners(now, before);
  });
  const read = new ReadOwners({ related, put: (key, now) => owners.putOwner(key, now), log: options.log });
  const podReflector = watchPods(options, podIndex, change);
  const tke = watchTke(options, change);
  const network = watchNetwork(options, tke, change);
  const records = [watchRecords(options, owners), watchOwned(options, owners)];
  const reflectors = [podReflector, tke.reflector, ...network.reflectors, ...records, ...watchOwners(options, read)];
  const marked = await readMarks(options);
  await firstLists(reflectors, options);
  await related.settled();
  const missing = marked?.filter((id) => owners.recordOf(id) === undefined);
  owners.setUnsearched(missing === undefined ? 'all' : new Set(missing));
  return {
    pod: (key) => podReflector.items.get(key),
    pods: () => podReflector.items.values(),
    podsSelectedBy: (selector) => podIndex.podsSelectedBy(selector),
    podsAwaitedIn: (namespace) => podIndex.podsAwaitedIn(namespace),
    podsAt: (ip) => podIndex.podsAt(ip),
    podWithUid: (uid) => podIndex.podWithUid(uid),
    owners: () => owners.owners(),
    owner: (key) => owners.owner(key),
    ownersOn: (balancerId) => owners.ownersOn(balancerId),
    ownersSelecting: (pod) => owners.ownersSelecting(pod),
    ownersListing: (ip) => owners.ownersListing(ip),
    ownersReferringTo: (reference) => owners.ownersReferringTo(reference),
    recordOf: (balancerId) => owners.recordOf(balancerId),
    recordEntriesOf: (key) => owners.recordEntriesOf(key),
    recordEntries: () => owners.recordEntries(),
    ...ownedIndex(owners),
    unsearched: () => owners.unsearched(),
    setUnsearched: (unsearched) => owners.setUnsearched(unsearched),
    reachRules: () => network.rules(),
    tkePresent: () => tke.now() !== undefined,
    ...found.setters,
    lastContactAgeMs: () => Math.max(...reflectors.map((reflector) => reflector.lastContactAgeMs())),
  };

  function isReferredTo(reference: ObjectReference): boolean {
    return owners.ownersReferringTo(reference).length > 0;
  }

  function readAgain(reference: ObjectReference): void {
    for (const { key } of owners.ownersReferringTo(reference)) read.readAgain(key);
  }
}

function ownedIndex(
  owners: OwnersWithRecords,
): Pick<ClusterView, 'ownedOf' | 'ownedAt' | 'ownedBalancers' | 'leftBalancers'> {
  return {
    ownedOf: (key) => owners.ownedOf(key),
    ownedAt: (balancerId) => owners.ownedAt(balancerId),
    ownedBalancers: () => owners.ownedBalancers(),
    leftBalancers: () => owners.leftBalancers(),
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

function watchOwners(options: OpenClusterOptions, read: ReadOwners) {
  return watchedSources(options.unmarked).map((source) =>
    startReflector<SourceFacts>({
      ...options,
      name: source.name,
      path: source.path,
      toView: (raw) => source.toFacts(raw),
      unreadView: (raw) => unreadFacts(raw, ownerKinds[source.kind].writes?.shownInUse ?? ''),
      onChange: (name, now) => read.take(source, name, now),
    }),
  );
}

/** Ids of the CLBs that have a record. undefined: not known. Never throws: a search too many costs little. */
async function readMarks({ api, namespace, signal }: OpenClusterOptions): Promise<readonly string[] | undefined> {
  const query = { labelSelector: `${recordLabel.name}=${recordLabel.region}` };
  const path = configMaps(namespace);
  const list = api.call<{ readonly items?: readonly unknown[] | null }>({ method: 'GET', path, query, signal });
  return list.then(
    ({ items }) => markedBalancers(items?.[0]),
    () => undefined,
  );
}

/** An entry that cannot be read is logged, and the others count. */
function watchRecords(options: OpenClusterOptions, owners: OwnersWithRecords): Reflector<ReadRecord> {
  return startReflector<ReadRecord>({
    ...options,
    name: 'records',
    path: configMaps(options.namespace),
    query: { labelSelector: `${recordLabel.name}=${recordLabel.balancer}` },
    toView: readRecord,
    onChange: (configMap, now, before) => {
      const unreadable = now?.unreadable ?? [];
      if (unreadable.length > 0) options.log.warn({ configMap, unreadable }, 'the record has entries that are ignored');
      const balancerId = (now ?? before)?.balancerId;
      if (balancerId !== undefined) owners.putRecord(balancerId, now);
    },
  });
}

/** One that cannot be read is not gone: what it stands for stays as it was. */
function watchOwned(options: OpenClusterOptions, owners: OwnersWithRecords): Reflector<ReadOwned> {
  return startReflector<ReadOwned>({
    ...options,
    name: 'owned-load-balancers',
    path: configMaps(options.namespace),
    query: { labelSelector: `${recordLabel.name}=${recordLabel.owned}` },
    toView: readOwned,
    onChange: (configMap, now, before) => {
      if (now?.record === undefined && now !== undefined) {
        options.log.warn({ configMap }, 'the record of a CLB that was made for an object cannot be read');
        return;
      }
      const uid = (now ?? before)?.uid;
      if (uid !== undefined) owners.putOwned(uid, now?.record);
    },
  });
}
