import { isIP } from 'node:net';
import { annotation, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import { patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { service as servicePath, serviceStatus } from '@clb-direct/shared/kube/client/paths.ts';
import type { ServiceWriter } from '../core/ports.ts';
import type { ServiceView } from '../core/views.ts';
import { isReplaced } from './is-replaced.ts';

/** Writes to Services; the UID is a precondition everywhere, and a Service that is gone is no error. */
export function createServiceWriter(api: KubeApi): ServiceWriter {
  const send = async (path: string, body: unknown, contentType: string, signal: AbortSignal) => {
    try {
      await api.call({ method: 'PATCH', path, body, contentType, signal });
    } catch (error) {
      if (!isReplaced(error)) throw error;
    }
  };
  return {
    record: async (service, loadBalancers, finalizer, signal) =>
      send(pathOf(service), recordPatch(service, loadBalancers, finalizer), patchType.strategicMerge, signal),
    tell: async (service, addresses, signal) =>
      send(serviceStatus(service.namespace, service.name), statusPatch(service, addresses), patchType.merge, signal),
  };
}

function pathOf({ namespace, name }: ServiceView): string {
  return servicePath(namespace, name);
}

/** Finalizers merge as a set in a strategic merge patch, so that those of others are never touched. */
function recordPatch(service: ServiceView, loadBalancers: readonly string[], finalizer: boolean) {
  const list = finalizer ? 'finalizers' : '$deleteFromPrimitiveList/finalizers';
  const record = loadBalancers.length === 0 ? null : loadBalancers.join(',');
  return {
    metadata: { uid: service.uid, [list]: [serviceFinalizer], annotations: { [annotation.loadBalancers]: record } },
  };
}

function statusPatch(service: ServiceView, addresses: readonly string[]) {
  const ingress = addresses.map((address) => (isIP(address) === 0 ? { hostname: address } : { ip: address }));
  return {
    metadata: { uid: service.uid },
    status: { loadBalancer: { ingress: ingress.length === 0 ? null : ingress } },
  };
}
