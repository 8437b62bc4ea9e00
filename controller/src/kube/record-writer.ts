import { recordLabel } from '@clb-direct/shared/domain/names.ts';
import {
  isAlreadyExists,
  isConflict,
  isNotFound,
  patchType,
  type KubeApi,
} from '@clb-direct/shared/kube/client/kube-api.ts';
import { configMap, configMaps } from '@clb-direct/shared/kube/client/paths.ts';
import type { RecordWriter } from '../core/model/cluster-port.ts';
import { markName, recordName, writeEntry } from './record-format.ts';

interface WrittenConfigMap {
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>> | null;
}

/** Writes the records as ConfigMaps of one namespace. */
export function createRecordWriter(api: KubeApi, namespace: string): RecordWriter {
  const pathOf = (balancerId: string) => configMap(namespace, recordName(balancerId));
  const patch = async (balancerId: string, data: Readonly<Record<string, string | null>>, signal: AbortSignal) =>
    api.call<WrittenConfigMap>({
      method: 'PATCH',
      path: pathOf(balancerId),
      contentType: patchType.merge,
      body: { metadata: { labels }, data },
      signal,
    });
  const create = async (balancerId: string, data: Readonly<Record<string, string>>, signal: AbortSignal) => {
    const body = { metadata: { name: recordName(balancerId), labels }, data };
    await api.call({ method: 'POST', path: configMaps(namespace), body, signal });
  };
  return {
    put: async (balancerId, owner, signal) => {
      const data = { [owner.uid]: writeEntry(owner) };
      try {
        await patch(balancerId, data, signal);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        await create(balancerId, data, signal).catch(async (failure: unknown) => {
          if (!isAlreadyExists(failure)) throw failure;
          await patch(balancerId, data, signal);
        });
      }
    },
    markComplete: async (signal) => {
      const body = { metadata: { name: markName, labels: { [recordLabel.name]: recordLabel.region } } };
      await api.call({ method: 'POST', path: configMaps(namespace), body, signal }).catch((error: unknown) => {
        if (!isAlreadyExists(error)) throw error;
      });
    },
    remove: async (balancerId, uid, signal) => {
      try {
        const { metadata, data } = await patch(balancerId, { [uid]: null }, signal);
        if (Object.keys(data ?? {}).length > 0) return;
        // Another owner may be recorded at this moment: only the version that was seen empty is deleted.
        const body = { ...deleteOptions, preconditions: { resourceVersion: metadata.resourceVersion } };
        await api.call({ method: 'DELETE', path: pathOf(balancerId), body, signal });
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      }
    },
  };
}

const deleteOptions = { apiVersion: 'v1', kind: 'DeleteOptions' };
const labels = { [recordLabel.name]: recordLabel.balancer };
