import { isNotFound, KubeError, patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { tkeServiceConfig, tkeServiceConfigs } from '@clb-direct/shared/kube/client/paths.ts';
import { managedBy, programName } from '@clb-direct/shared/domain/names.ts';
import type { ConfigWriter, OwnedConfig } from '../core/model/cluster-port.ts';
import type { Owner } from '../core/model/owner.ts';
import { ownerKinds } from './owner-kinds.ts';

export function createConfigWriter(api: KubeApi): ConfigWriter {
  return {
    write: async (owner, config, signal) => {
      const call = config.found === undefined ? creation(owner, config) : change(owner, config);
      try {
        await api.call({ ...call, signal });
      } catch (error) {
        if (!(error instanceof KubeError) || isPassing(error)) throw error;
        if (!isOutrun(error)) return { isForbidden: error.status === 403, message: error.message };
      }
      return undefined;
    },
  };
}

/** It is deleted with its owner. */
function creation({ kind, namespace, name: ownerName, uid }: Owner, { name, next }: OwnedConfig) {
  const ownerReferences = [{ apiVersion: ownerKinds[kind].apiVersion, kind, name: ownerName, uid }];
  const metadata = { name, labels: { [managedBy]: programName.controller }, ownerReferences };
  const body = { apiVersion: 'cloud.tencent.com/v1alpha1', kind: 'TkeServiceConfig', metadata, spec: next };
  return { method: 'POST', path: tkeServiceConfigs(namespace), body } as const;
}

/** Only if it is still what was judged: what a person writes meanwhile is never lost. */
function change({ namespace }: Owner, { name, found, next }: OwnedConfig) {
  const body = { metadata: { resourceVersion: found?.kept?.version }, spec: next };
  return { method: 'PATCH', path: tkeServiceConfig(namespace, name), contentType: patchType.merge, body } as const;
}

/** It may be another time. */
function isPassing({ status }: KubeError): boolean {
  return status < 400 || status === 429 || status >= 500;
}

/** Another writer was faster: the watch brings what is there now, and it is judged again. */
function isOutrun(error: KubeError): boolean {
  return error.status === 409 || isNotFound(error);
}
