import { ApiError } from '../api/api-error.ts';
import type { Listener, LoadBalancer } from '../state/model.ts';
import type { ActionContext } from './action.ts';

/** Finds a load balancer of the caller's region or refuses. */
export function requireLoadBalancer(context: Pick<ActionContext, 'store' | 'region'>, id: string): LoadBalancer {
  const found = context.store.loadBalancers.get(id);
  if (found?.region === context.region) return found;
  throw new ApiError('InvalidParameter.LBIdNotFound', `LoadBalancer not exist: ${id}.`);
}

/** Finds a listener of a load balancer or refuses. */
export function requireListener(loadBalancer: LoadBalancer, id: string): Listener {
  const found = loadBalancer.listeners.find((listener) => listener.id === id);
  if (found) return found;
  throw new ApiError('InvalidParameter.ListenerIdNotFound', `The listener ${id} of ${loadBalancer.id} is not found.`);
}

export interface ListenerSelection {
  ListenerIds?: string[];
  Protocol?: string;
  Port?: number;
}

/** The listeners that a read asks for: all of them, or those that pass every condition. */
export function selectListeners(loadBalancer: LoadBalancer, selection: ListenerSelection): Listener[] {
  const { ListenerIds: ids = [], Protocol: protocol, Port: port } = selection;
  const missing = ids.find((id) => !loadBalancer.listeners.some((listener) => listener.id === id));
  if (missing !== undefined) throw new ApiError('InvalidParameter', `some ListenerId ${missing} not found`);
  return loadBalancer.listeners.filter(
    (listener) =>
      (ids.length === 0 || ids.includes(listener.id)) &&
      (protocol === undefined || listener.protocol === protocol) &&
      (port === undefined || listener.port === port),
  );
}

const beijingOffsetMs = 8 * 3600 * 1000;

/** A time as the API writes it: Beijing time, to the second. */
export function apiTime(atMs: number): string {
  return new Date(atMs + beijingOffsetMs).toISOString().slice(0, 19).replace('T', ' ');
}
