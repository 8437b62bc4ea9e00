import { patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { service as servicePath } from '@clb-direct/shared/kube/client/paths.ts';
import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { readIfThere } from '@clb-direct/shared/kube/client/read-if-there.ts';
import type { OwnedObject, Repaired } from '../owned-object.ts';
import { compareService, isHeadless, mergeService, pathInService, renderService } from './render-service.ts';

/** Reads the Service; only the leader may repair it. */
export interface ServiceKeeper {
  read(signal: AbortSignal): Promise<OwnedObject>;
}

/** Binds the keeper to the one Service. `hasPods`: whether pods of ours run that it could lead to. */
export function createServiceKeeper(o: {
  api: KubeApi;
  name: string;
  namespace: string;
  fieldManager: string;
  hasPods(signal: AbortSignal): Promise<boolean>;
}): ServiceKeeper {
  const path = servicePath(o.namespace, o.name);

  // Its address cannot be changed, so only a new one gets an address.
  async function remove(live: RawObject, signal: AbortSignal): Promise<void> {
    const { uid, resourceVersion } = asObject(own(live, 'metadata')) ?? {};
    await o.api.call({ method: 'DELETE', path, body: { preconditions: { uid, resourceVersion } }, signal });
  }

  async function write(found: RawObject | undefined, signal: AbortSignal): Promise<Repaired> {
    const mustGo = found !== undefined && isHeadless(found);
    if (mustGo) await remove(found, signal);
    const live = mustGo ? undefined : found;
    const [body, contentType, query] =
      live === undefined
        ? [renderService(o.name, o.namespace), patchType.apply, { fieldManager: o.fieldManager, force: true }]
        : [mergeService(live), patchType.merge, { fieldManager: o.fieldManager }];
    const written = await o.api.call<RawObject>({ method: 'PATCH', path, query, contentType, body, signal });
    return { written, left: compareService(written) };
  }

  return {
    async read(signal) {
      const live = await readIfThere(o.api, path, signal);
      const found = compareService(live);
      // A process outside of the cluster is reached by endpoints that a person wrote.
      const drifts = found.length > 0 && (await o.hasPods(signal)) ? found : [];
      return { kind: 'service', live, drifts, pathOf: pathInService, repair: (aborted) => write(live, aborted) };
    },
  };
}
