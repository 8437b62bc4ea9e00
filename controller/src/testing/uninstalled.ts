import { passing } from './virtual-time.ts';
import type { World } from './world.ts';

const { signal } = new AbortController();

/** As after `./scripts/uninstall`: the records and the finalizers are gone; annotations and the CLBs stay. */
export async function uninstalled(world: World): Promise<void> {
  await passing(world.stop());
  const { cluster } = world;
  await withoutRecords(world);
  cluster.marked.clear();
  cluster.isMarkedComplete = false;
  for (const { kind, namespace, name } of [...cluster.owners()]) {
    const [key, change] = [`${namespace}/${name}`, { hasFinalizer: false }];
    if (kind === 'Ingress') cluster.ingresses.change(key, change);
    else cluster.changeService(key, change);
  }
}

/** As after `kubectl -n clb-direct delete configmaps --all`. */
export async function withoutRecords({ cluster }: World): Promise<void> {
  for (const one of [...cluster.ownedBalancers()]) await cluster.ownedRecords.remove(one, signal);
  const ids = new Set([...cluster.recordEntries()].map(({ balancerId }) => balancerId));
  for (const id of ids) cluster.putRecord(id, []);
}
