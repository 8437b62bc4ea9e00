import { ApiError } from '../../errors/api-error.ts';
import type { Listener, LoadBalancer, Rule } from '../../state/model.ts';
import { isL7, type Place, type RulePlace } from '../../state/place.ts';
import type { ActionContext } from './action.ts';

/** Finds a load balancer of the caller's region or refuses. */
export function requireLoadBalancer(context: Pick<ActionContext, 'store' | 'region'>, id: string): LoadBalancer {
  const found = context.store.loadBalancers.get(id);
  if (found?.region === context.region) return found;
  throw new ApiError('InvalidParameter.LBIdNotFound', `LoadBalancer not exist: ${id}.`);
}

/** The load balancers of the caller's region. */
export function regionalLoadBalancers({ store, region }: Pick<ActionContext, 'store' | 'region'>): LoadBalancer[] {
  return [...store.loadBalancers.values()].filter((loadBalancer) => loadBalancer.region === region);
}

/** Finds a listener of a load balancer or refuses. */
export function requireListener(loadBalancer: LoadBalancer, id: string): Listener {
  const found = loadBalancer.listeners.find((listener) => listener.id === id);
  if (found) return found;
  throw new ApiError('InvalidParameter.ListenerIdNotFound', `The listener ${id} of ${loadBalancer.id} is not found.`);
}

/** A load balancer and its listener, as most requests name them. */
export function requireNamedListener(context: ActionContext, request: { LoadBalancerId: string; ListenerId: string }) {
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  return { loadBalancer, listener: requireListener(loadBalancer, request.ListenerId) };
}

/** Refuses listeners that have no rules. */
export function requireL7({ id, protocol }: Listener): void {
  if (isL7(protocol)) return;
  throw new ApiError('InvalidParameter.ProtocolCheckFailed', `The ${protocol} listener ${id} has no rules.`);
}

/** Finds a rule by its id or refuses. */
export function requireRule(listener: Listener, id: string): Rule {
  const found = listener.rules.find((rule) => rule.id === id);
  if (found) return found;
  throw new ApiError('InvalidParameter.LocationNotFound', `The rule ${id} of ${listener.id} is not found.`);
}

/** The rules of a domain; refuses when there are none. */
export function requireDomain(listener: Listener, domain: string): Rule[] {
  const found = listener.rules.filter(({ domains }) => domains.includes(domain));
  if (found.length > 0) return found;
  throw new ApiError('InvalidParameter.LocationNotFound', `The domain ${domain} of ${listener.id} is not found.`);
}

export interface Location {
  LocationId?: string | undefined;
  Domain?: string | undefined;
  Url?: string | undefined;
}

function findLocation(listener: Listener, { LocationId, Domain, Url }: Location): Rule {
  if (LocationId !== undefined) return requireRule(listener, LocationId);
  if (Domain === undefined || Url === undefined) {
    throw new ApiError('MissingParameter', `LocationId, or Domain and Url, are needed for rules of ${listener.id}.`);
  }
  const found = requireDomain(listener, Domain).find(({ url }) => url === Url);
  if (found) return found;
  throw new ApiError('InvalidParameter.LocationNotFound', `The rule ${Domain}${Url} of ${listener.id} is not found.`);
}

/** Whether a request names a rule; an empty text names none. */
export function namesRule({ LocationId, Domain, Url }: Location): boolean {
  return [LocationId, Domain, Url].some((value) => value !== undefined && value !== '');
}

/**
 * Where the targets of a request are bound: the listener itself, or on HTTP and HTTPS the rule that it names. Refuses a
 * rule of another listener, which has none.
 */
export function requirePlace(loadBalancer: LoadBalancer, listenerId: string, location: Location): Place {
  const listener = requireListener(loadBalancer, listenerId);
  if (namesRule(location)) requireL7(listener);
  if (!isL7(listener.protocol)) return { loadBalancer, listener };
  const place: RulePlace = { loadBalancer, listener, rule: findLocation(listener, location) };
  return place;
}

/** How people call a place where targets are bound. */
export function nameOf({ listener, rule }: Place): string {
  return rule ? `${listener.id}/${rule.id}` : listener.id;
}

interface ListenerSelection {
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
      (protocol === undefined || listener.protocol === protocol.toUpperCase()) &&
      (port === undefined || listener.port === port),
  );
}
