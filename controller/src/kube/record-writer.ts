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
import { completeMark, markName, recordName, writeEntry } from './record-format.ts';

interface WrittenConfigMap {
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>> | null;
}

type Data = Readonly<Record<string, string | null>>;
interface ConfigMapBody {
  readonly metadata?: object | undefined;
  readonly data: Data;
}

/** Writes the records as ConfigMaps of one namespace. */
export function createRecordWriter(api: KubeApi, namespace: string): RecordWriter {
  const writes = configMapWrites(api, namespace);
  return {
    put: async (balancerId, owner, signal) => {
      const [name, body] = [recordName(balancerId), { metadata: { labels }, data: { [owner.uid]: writeEntry(owner) } }];
      try {
        await writes.patch(name, body, signal);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        await mark(writes, [balancerId, ''], signal);
        await writes.create(name, body, signal);
      }
    },
    remove: async (balancerId, uid, signal) => {
      try {
        const body = { metadata: { labels }, data: { [uid]: null } };
        const { metadata, data } = await writes.patch(recordName(balancerId), body, signal);
        if (Object.keys(data ?? {}).length === 0) await removeEmpty(writes, balancerId, metadata, signal);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
    markComplete: async (balancerIds, signal) => {
      const data = { ...completeMark, ...Object.fromEntries(balancerIds.map((id) => [id, ''])) };
      await writes.create(markName, { metadata: { labels: markLabels }, data }, signal);
    },
    unmark: async (balancerId, signal) => mark(writes, [balancerId, null], signal),
  };
}

type Writes = ReturnType<typeof configMapWrites>;

function configMapWrites(api: KubeApi, namespace: string) {
  const patch = async (name: string, body: ConfigMapBody, signal: AbortSignal) => {
    const path = configMap(namespace, name);
    return api.call<WrittenConfigMap>({ method: 'PATCH', path, contentType: patchType.merge, body, signal });
  };
  return {
    patch,
    /** One that is there already is patched. */
    create: async (name: string, { metadata, data }: ConfigMapBody, signal: AbortSignal) => {
      const body = { metadata: { name, ...metadata }, data };
      await api.call({ method: 'POST', path: configMaps(namespace), body, signal }).catch(async (error: unknown) => {
        if (!isAlreadyExists(error)) throw error;
        await patch(name, { metadata, data }, signal);
      });
    },
    /** Only this version of it. */
    remove: async (name: string, { resourceVersion }: WrittenConfigMap['metadata'], signal: AbortSignal) => {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { resourceVersion } };
      await api.call({ method: 'DELETE', path: configMap(namespace, name), body, signal });
    },
  };
}

/** Another owner may be recorded at this moment: only the version that was seen empty goes. */
async function removeEmpty(
  writes: Writes,
  balancerId: string,
  version: WrittenConfigMap['metadata'],
  signal: AbortSignal,
): Promise<void> {
  await mark(writes, [balancerId, null], signal);
  await writes.remove(recordName(balancerId), version, signal).catch(async (error: unknown) => {
    if (!isConflict(error)) throw error;
    await mark(writes, [balancerId, ''], signal);
  });
}

/** Where there is no mark yet, it will name the records that are there by then. */
async function mark(writes: Writes, [balancerId, value]: readonly [string, '' | null], signal: AbortSignal) {
  await writes.patch(markName, { data: { [balancerId]: value } }, signal).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}

const labels = { [recordLabel.name]: recordLabel.balancer };
const markLabels = { [recordLabel.name]: recordLabel.region };
