import { recordLabel } from '@clb-direct/shared/domain/names.ts';
import { isNotFound, patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { configMap, configMaps } from '@clb-direct/shared/kube/client/paths.ts';
import type { OwnedWriter } from '../core/model/cluster-port.ts';
import type { OwnedBalancer } from '../core/model/owned-balancer.ts';
import { ownedName, writeOwned } from './owned-format.ts';

interface Written {
  readonly metadata: { readonly resourceVersion: string };
}

/**
 * Writes each record as a ConfigMap. Every write but the first names the version that it replaces, so that a controller
 * that has lost the Lease undoes nothing of its successor.
 */
export function createOwnedWriter(api: KubeApi, namespace: string): OwnedWriter {
  return {
    put: async (record, signal) => {
      const { owner, version } = record;
      const name = ownedName(owner.uid);
      const metadata = { name, namespace, labels: { [recordLabel.name]: recordLabel.owned } };
      const data = writeOwned(record);
      const written =
        version === ''
          ? await api.call<Written>({ method: 'POST', path: configMaps(namespace), body: { metadata, data }, signal })
          : await api.call<Written>({
              method: 'PATCH',
              path: configMap(namespace, name),
              contentType: patchType.merge,
              body: { metadata: { resourceVersion: version }, data },
              signal,
            });
      return { ...record, version: written.metadata.resourceVersion };
    },
    remove: async (record, signal) => remove(record, { api, namespace, signal }),
  };
}

interface Remove {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

async function remove({ owner, version }: OwnedBalancer, { api, namespace, signal }: Remove): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { resourceVersion: version } };
  const path = configMap(namespace, ownedName(owner.uid));
  await api.call({ method: 'DELETE', path, body, signal }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
