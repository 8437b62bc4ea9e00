import { isIP } from 'node:net';
import { writeCondition } from '@clb-direct/shared/domain/annotated-condition.ts';
import { upstreamFinalizer } from '@clb-direct/shared/domain/names.ts';
import { patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import type {
  AddressHolder,
  ConditionHolder,
  FinalizerHolder,
  OwnerWriter,
  Shown,
} from '../core/model/cluster-port.ts';
import type { OwnerCondition } from '../core/model/owner-condition.ts';
import type { Owner } from '../core/model/owner.ts';
import { isReplaced } from '@clb-direct/shared/kube/client/is-replaced.ts';
import { ownerKinds, type KindApi } from './owner-kinds.ts';
import { transitionTime } from './transition-time.ts';

/** The UID is a precondition of every write. `nowMs`: the time of a change. */
export function createOwnerWriter(api: KubeApi, nowMs: () => number = Date.now): OwnerWriter {
  const send = async (path: string, body: unknown, contentType: string, signal: AbortSignal) => {
    try {
      await api.call({ method: 'PATCH', path, body, contentType, signal });
    } catch (error) {
      if (!isReplaced(error)) throw error;
    }
  };
  return {
    show: async (owner, shown, signal) => {
      const path = kindApi(owner).path(owner.namespace, owner.name);
      await send(path, shownPatch(owner, shown), patchType.strategicMerge, signal);
    },
    publishAddresses: async (owner, addresses, signal) => {
      const path = kindApi(owner).statusPath(owner.namespace, owner.name);
      await send(path, statusPatch(owner, addresses), patchType.merge, signal);
    },
    writeCondition: async (owner, condition, signal) => {
      const { condition: at, path, statusPath } = kindApi(owner);
      if ('type' in at) {
        const patch = conditionPatch(owner, at.type, condition, nowMs());
        return send(statusPath(owner.namespace, owner.name), patch, patchType.strategicMerge, signal);
      }
      const text = condition === undefined ? null : writeCondition(condition);
      const patch = { metadata: { uid: owner.uid, annotations: { [at.annotation]: text } } };
      return send(path(owner.namespace, owner.name), patch, patchType.merge, signal);
    },
  };
}

function kindApi({ kind }: Owner): NonNullable<KindApi['writes']> {
  const { writes } = ownerKinds[kind];
  if (writes === undefined) throw new Error(`no owner of kind ${kind} can be written; describe it in owner-kinds.ts`);
  return writes;
}

/** Finalizers merge as a set in a strategic merge patch, so that those of others are never touched. */
function shownPatch(owner: FinalizerHolder, { balancerIds, finalizer, inUse }: Shown) {
  const { finalizer: ours, shown } = kindApi(owner);
  const { isWanted, isOurs } = owner.upstreamFinalizer;
  const goesAlong = finalizer ? isWanted && !owner.ending : isOurs;
  const list = finalizer ? 'finalizers' : '$deleteFromPrimitiveList/finalizers';
  const text = balancerIds.length === 0 ? null : balancerIds.join(',');
  return {
    metadata: {
      uid: owner.uid,
      [list]: [ours, ...(goesAlong ? [upstreamFinalizer] : [])],
      annotations: { [shown]: text, ...inUsePatch(owner, inUse) },
    },
  };
}

function inUsePatch(owner: FinalizerHolder, id: string | undefined): Readonly<Record<string, string | null>> {
  return id === owner.shownInUse ? {} : { [kindApi(owner).shownInUse]: id ?? null };
}

/** Conditions merge by their type, so that those of others are never touched. The time stays while the status does. */
function conditionPatch(owner: ConditionHolder, type: string, condition: OwnerCondition | undefined, nowMs: number) {
  const { uid, condition: before } = owner;
  const change =
    condition === undefined ? { $patch: 'delete' } : { ...condition, ...transitionTime(condition, before, nowMs) };
  return { metadata: { uid }, status: { conditions: [{ type, ...change }] } };
}

/** The API server takes an ipMode beside an IP address only, and drops it where it does not know the field. */
function statusPatch({ uid, ipModes }: AddressHolder, addresses: readonly string[]) {
  const mode = ipModes.wanted === 'VIP' ? {} : { ipMode: ipModes.wanted };
  const ingress = addresses.map((address) => (isIP(address) === 0 ? { hostname: address } : { ip: address, ...mode }));
  return {
    metadata: { uid },
    status: { loadBalancer: { ingress: ingress.length === 0 ? null : ingress } },
  };
}
