import { isIP } from 'node:net';
import { annotation, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import { patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { service, serviceStatus } from '@clb-direct/shared/kube/client/paths.ts';
import type { OwnerWriter } from '../core/model/cluster-port.ts';
import type { Owner, OwnerKind } from '../core/model/owner.ts';
import { isReplaced } from './is-replaced.ts';

/** Where the objects of one kind are, and the names under which we write to them. */
interface KindApi {
  readonly path: (namespace: string, name: string) => string;
  readonly statusPath: (namespace: string, name: string) => string;
  readonly finalizer: string;
  /** The annotation that records CLBs. */
  readonly record: string;
}

const kindApis: Readonly<Partial<Record<OwnerKind, KindApi>>> = {
  Service: { path: service, statusPath: serviceStatus, finalizer: serviceFinalizer, record: annotation.loadBalancers },
};

/** The UID is a precondition of every write. */
export function createOwnerWriter(api: KubeApi): OwnerWriter {
  const send = async (path: string, body: unknown, contentType: string, signal: AbortSignal) => {
    try {
      await api.call({ method: 'PATCH', path, body, contentType, signal });
    } catch (error) {
      if (!isReplaced(error)) throw error;
    }
  };
  return {
    record: async (owner, balancerIds, finalizer, signal) => {
      const path = kindApi(owner).path(owner.namespace, owner.name);
      await send(path, recordPatch(owner, balancerIds, finalizer), patchType.strategicMerge, signal);
    },
    publishAddresses: async (owner, addresses, signal) => {
      const path = kindApi(owner).statusPath(owner.namespace, owner.name);
      await send(path, statusPatch(owner, addresses), patchType.merge, signal);
    },
  };
}

function kindApi({ kind }: Owner): KindApi {
  const found = kindApis[kind];
  if (found === undefined) throw new Error(`no owner of kind ${kind} can be written; add the kind to owner-writer.ts`);
  return found;
}

/** Finalizers merge as a set in a strategic merge patch, so that those of others are never touched. */
function recordPatch(owner: Owner, balancerIds: readonly string[], finalizer: boolean) {
  const { finalizer: ours, record } = kindApi(owner);
  const list = finalizer ? 'finalizers' : '$deleteFromPrimitiveList/finalizers';
  const recorded = balancerIds.length === 0 ? null : balancerIds.join(',');
  return { metadata: { uid: owner.uid, [list]: [ours], annotations: { [record]: recorded } } };
}

function statusPatch({ uid }: Owner, addresses: readonly string[]) {
  const ingress = addresses.map((address) => (isIP(address) === 0 ? { hostname: address } : { ip: address }));
  return {
    metadata: { uid },
    status: { loadBalancer: { ingress: ingress.length === 0 ? null : ingress } },
  };
}
