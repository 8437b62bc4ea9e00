import { ApiError } from '../../errors/api-error.ts';
import { checkQuota } from '../../limits/quotas.ts';
import type { Listener, LoadBalancer, Rule } from '../../state/model.ts';
import type { ActionContext } from '../parts/action.ts';
import { requireNoChain, requireNoRewrite } from '../parts/rewrite-pairs.ts';

export const httpPort = 80;
const httpsPort = 443;

/** The HTTP listener whose rules redirect; undefined when AutoRewrite has to make it. */
export function findHttp({ listeners }: LoadBalancer): Listener | undefined {
  return listeners.find(({ port, protocol }) => port === httpPort && protocol === 'HTTP');
}

/** The rule that redirects to this one; undefined when AutoRewrite has to make it. */
export function findSource(target: Rule, http: Listener): Rule | undefined {
  return http.rules.find(({ url, domains }) => url === target.url && domains[0] === target.domains[0]);
}

/** Only the HTTPS listener on port 443 has automatic redirections (documentation of AutoRewrite). */
export function requireHttps({ id, protocol, port }: Listener): void {
  if (protocol !== 'HTTPS') {
    throw new ApiError('InvalidParameter.ProtocolCheckFailed', `${id} is not an HTTPS listener.`);
  }
  if (port === httpsPort) return;
  throw new ApiError('InvalidParameter.PortCheckFailed', `${id} is not on port ${httpsPort}.`);
}

/** Refuses when the HTTP listener that has to be made finds its port taken. */
function requireHttpPort({ id, listeners }: LoadBalancer, { quotas }: ActionContext): void {
  const other = listeners.find(
    ({ port, endPort, protocol }) =>
      protocol !== 'UDP' && protocol !== 'QUIC' && port <= httpPort && Math.max(port, endPort) >= httpPort,
  );
  if (other) {
    throw new ApiError('InvalidParameter.PortCheckFailed', `${other.id} has port ${httpPort} and is not HTTP.`);
  }
  checkQuota(`listeners of ${id}`, listeners.length, 1, quotas.listenersPerLoadBalancer);
}

/** Refuses when a redirection is in the way, or there is no room for the rules that have to be made. */
export function checkSources(loadBalancer: LoadBalancer, targets: readonly Rule[], context: ActionContext): void {
  const http = findHttp(loadBalancer);
  if (!http) requireHttpPort(loadBalancer, context);
  const pairs = targets.flatMap((target) => {
    const source = http && findSource(target, http);
    return source ? [{ source, target }] : [];
  });
  targets.forEach(requireNoRewrite);
  requireNoChain(loadBalancer, pairs);
  const added = targets.length - pairs.length;
  checkQuota('rules of the HTTP listener', http?.rules.length ?? 0, added, context.quotas.rulesPerListener);
}
