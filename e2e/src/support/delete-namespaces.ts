import type { KubernetesObject } from '@kubernetes/client-node';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { pods, services } from '@clb-direct/shared/kube/client/paths.ts';
import { get } from './cluster.ts';
import { kubectl } from './run.ts';
import { until } from './until.ts';

/**
 * Deletes namespaces, and returns when no pod runs and no Service holds a CLB in them any more. Nobody waits for their
 * applications; the namespaces themselves go later, as the API server looks again only after half of a grace period.
 */
export async function deleteNamespaces(api: KubeApi, ...names: readonly string[]): Promise<void> {
  await kubectl(['delete', 'namespace', ...names, '--wait=false', '--ignore-not-found']);
  const hurry = ['delete', 'pods', '--all', '--grace-period=1', '--wait=false'];
  await Promise.all(names.map(async (name) => kubectl(['-n', name, ...hurry])));
  await until(
    `${names.join(' and ')} to be empty`,
    async () => (await Promise.all(names.map(async (name) => objectsIn(api, name)))).flat(),
    (left) => left.length === 0,
  );
}

async function objectsIn(api: KubeApi, namespace: string): Promise<readonly string[]> {
  const lists = [pods(namespace), services(namespace)].map(async (path) =>
    get<{ items: KubernetesObject[] }>(api, path),
  );
  return (await Promise.all(lists)).flatMap(({ items }) => items.map(({ metadata }) => metadata?.name ?? ''));
}
