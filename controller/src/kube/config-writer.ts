import { isNotFound, KubeError, patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { tkeServiceConfig, tkeServiceConfigs } from '@clb-direct/shared/kube/client/paths.ts';
import { managedBy, programName } from '@clb-direct/shared/domain/names.ts';
import type { ConfigWriter, OwnedConfig } from '../core/model/cluster-port.ts';
import type { Owner } from '../core/model/owner.ts';
import type { KeptConfig } from '../core/model/related-objects.ts';
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

function creation(owner: Owner, { name, next }: OwnedConfig) {
  const metadata = { name, labels: ourLabel, ownerReferences: referencesTo(owner) };
  const body = { apiVersion: 'cloud.tencent.com/v1alpha1', kind: 'TkeServiceConfig', metadata, spec: next };
  return { method: 'POST', path: tkeServiceConfigs(owner.namespace), body } as const;
}

const ourLabel = { [managedBy]: programName.controller };

/** It is deleted with its owner. */
function referencesTo({ kind, name, uid }: Owner) {
  return [{ apiVersion: ownerKinds[kind].apiVersion, kind, name, uid }];
}

/** Only if it is still what was judged: what a person writes meanwhile is never lost. */
function change(owner: Owner, { name, found, next }: OwnedConfig) {
  const { namespace } = owner;
  const metadata = { resourceVersion: found?.kept?.version, ...takenUp(owner, found?.kept) };
  const body = { metadata, spec: next };
  return { method: 'PATCH', path: tkeServiceConfig(namespace, name), contentType: patchType.merge, body } as const;
}

/** What was made for the owner without our label is marked as what we make. */
function takenUp(owner: Owner, kept: KeptConfig | undefined) {
  if (kept === undefined || kept.madeBy === 'us') return {};
  return { labels: ourLabel, ...(kept.ownerUids.length === 0 ? { ownerReferences: referencesTo(owner) } : {}) };
}

/** It may be another time. */
function isPassing({ status }: KubeError): boolean {
  return status < 400 || status === 429 || status >= 500;
}

/** Another writer was faster: the watch brings what is there now, and it is judged again. */
function isOutrun(error: KubeError): boolean {
  return error.status === 409 || isNotFound(error);
}
