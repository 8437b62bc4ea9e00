import { tkeServiceController } from '@clb-direct/shared/domain/names.ts';
import { isNotFound, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { listPages } from '@clb-direct/shared/kube/client/list-pages.ts';
import { configMaps, pods as podsPath } from '@clb-direct/shared/kube/client/paths.ts';
import { readBackendServices } from './backend-services.ts';
import type { UninstallFacts } from './judge-uninstall.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import { hasClosedGate, type PodView } from '../core/model/pod-view.ts';
import type { RelatedObjects } from '../core/model/related-objects.ts';
import { toPodView } from '../kube/pod-view.ts';
import { watchedSources, type WatchedSource } from '../kube/watched-sources.ts';

const pageSize = 500;

/** Reads what an uninstall judges; of the pods only those with a closed gate. */
export async function listUninstallFacts(
  o: { readonly api: KubeApi; readonly gateType: string; readonly tkePresent: boolean },
  signal: AbortSignal,
): Promise<UninstallFacts> {
  const related = await readBackendServices(o.api, signal);
  const [pods, ...owners] = await Promise.all([
    listViews(o.api, podsPath(), (raw) => waiting(toPodView(raw, o.gateType)), signal),
    ...watchedSources().map(async (source) =>
      listViews(o.api, source.path, (raw) => readAlone(source, raw, related), signal),
    ),
  ]);
  return { pods, owners: owners.flat(), tkePresent: o.tkePresent, gateType: o.gateType };
}

/** Who is ours is said by the owner itself; which pods it is about, perhaps by its Services. */
function readAlone(source: WatchedSource, raw: unknown, related: RelatedObjects): OwnerView | undefined {
  const facts = source.toFacts(raw);
  return facts === undefined ? undefined : source.read(facts, related);
}

function waiting(pod: PodView | undefined): PodView | undefined {
  return pod !== undefined && hasClosedGate(pod) ? pod : undefined;
}

async function listViews<T>(
  api: KubeApi,
  path: string,
  toView: (raw: unknown) => T | undefined,
  signal: AbortSignal,
): Promise<readonly T[]> {
  const views: T[] = [];
  await listPages({ api, path, query: {}, pageSize, signal, onPage: () => undefined }, (raw) => {
    const view = toView(raw);
    if (view !== undefined) views.push(view);
  });
  return views;
}

/**
 * Whether TKE's own service controller runs. The list selects it by name, because the controller has no permission to
 * list all.
 */
export async function findTke(api: KubeApi, signal: AbortSignal): Promise<boolean> {
  const { namespace, name } = tkeServiceController;
  const query = { fieldSelector: `metadata.name=${name}` };
  try {
    const list = await api.call<{ readonly items?: readonly unknown[] | null }>({
      method: 'GET',
      path: configMaps(namespace),
      query,
      signal,
    });
    return (list.items ?? []).length > 0;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
