import { isAlreadyExists, KubeError, patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { tkeServiceConfig, tkeServiceConfigs } from '@clb-direct/shared/kube/client/paths.ts';
import type { ConfigWriter, OwnedConfig } from '../core/model/cluster-port.ts';
import type { Owner } from '../core/model/owner.ts';
import { ownerKinds } from './owner-kinds.ts';

export function createConfigWriter(api: KubeApi): ConfigWriter {
  return {
    write: async (owner, config, signal) => {
      const call = config.isMissing ? creation(owner, config) : change(owner, config);
      try {
        await api.call({ ...call, signal });
      } catch (error) {
        if (isStatus(error, 403)) return false;
        if (!isOutrun(error)) throw error;
      }
      return true;
    },
  };
}

/** It is deleted with its owner. */
function creation({ kind, namespace, name: ownerName, uid }: Owner, { name, next }: OwnedConfig) {
  const ownerReferences = [{ apiVersion: ownerKinds[kind].apiVersion, kind, name: ownerName, uid }];
  const metadata = { name, ownerReferences };
  const body = { apiVersion: 'cloud.tencent.com/v1alpha1', kind: 'TkeServiceConfig', metadata, spec: next };
  return { method: 'POST', path: tkeServiceConfigs(namespace), body } as const;
}

/** Only if its spec is still what was judged: what a person writes meanwhile is never lost. */
function change({ namespace }: Owner, { name, spec = null, next }: OwnedConfig) {
  const test = spec === null ? [] : [{ op: 'test', path: '/spec', value: spec }];
  const body = [...test, { op: 'add', path: '/spec', value: next }];
  return { method: 'PATCH', path: tkeServiceConfig(namespace, name), contentType: patchType.json, body } as const;
}

/** Another writer was faster: the watch brings what is there now, and it is judged again. */
function isOutrun(error: unknown): boolean {
  return isAlreadyExists(error) || isStatus(error, 404) || isStatus(error, 422);
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof KubeError && error.status === status;
}
