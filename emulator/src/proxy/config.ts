import { eligibleTargets } from '../forwarding/eligible.ts';
import type { Certificate, CertificateUse, Listener, LoadBalancer, Target } from '../state/model.ts';
import type { AddressRange } from '../state/ipv4-ranges.ts';
import { admissionsTo, type SecurityGroups } from '../state/security-groups.ts';
import type { Store } from '../state/store.ts';

/** Plain data: everything that the proxy knows comes to its process as this. */
export interface ProxyTarget {
  ip: string;
  port: number;
  weight: number;
}

/** The targets of a rule, or of a TCP_SSL listener, and how one is chosen. */
export interface Pool {
  id: string;
  scheduler: string;
  sessionS: number;
  /** Those that get new requests. */
  eligible: readonly ProxyTarget[];
  /** ip:port of all that are bound: connections of others end. */
  bound: readonly string[];
}

/** Where a request of a redirecting rule is sent instead. */
interface Redirect {
  protocol: 'http' | 'https';
  port: number;
  /** Undefined keeps the host that was asked for. */
  domain: string | undefined;
  /** Undefined keeps the path and query that were asked for. */
  url: string | undefined;
  code: number;
}

export interface ProxyRule extends Pool {
  domains: readonly string[];
  url: string;
  cookieName: string;
  forwardType: string;
  http2: boolean;
  isDefault: boolean;
  certificate: CertificateUse | null;
  redirect: Redirect | null;
}

export interface ProxyListener {
  id: string;
  loadBalancerId: string;
  protocol: 'HTTP' | 'HTTPS' | 'TCP_SSL';
  vips: readonly string[];
  port: number;
  /** The only clients whose connections are taken, by security groups; null takes all. */
  clients: readonly AddressRange[] | null;
  certificate: CertificateUse | null;
  isSni: boolean;
  keepsAlive: boolean;
  sendsProxyProtocol: boolean;
  rules: readonly ProxyRule[];
  /** TCP_SSL only; of the others the rules are pools. */
  pool: Pool;
}

export interface ProxyConfig {
  listeners: readonly ProxyListener[];
  certificates: Readonly<Record<string, Certificate>>;
}

const addressOf = ({ ip, port }: Target) => `${ip}:${port}`;

function poolOf(of: { id: string; scheduler: string; sessionExpireTime: number; targets: readonly Target[] }): Pool {
  const { id, scheduler, sessionExpireTime: sessionS, targets } = of;
  const eligible = eligibleTargets(targets).map(({ ip, port, weight }) => ({ ip, port, weight }));
  return { id, scheduler, sessionS, eligible, bound: targets.map(addressOf) };
}

function redirectOf({ listeners }: LoadBalancer, rewrite: Listener['rules'][number]['rewrite']): Redirect | null {
  if (!rewrite) return null;
  const to = listeners.find(({ id }) => id === rewrite.listenerId);
  const rule = to?.rules.find(({ id }) => id === rewrite.locationId);
  if (!to || !rule) return null;
  return {
    protocol: to.protocol === 'HTTPS' ? 'https' : 'http',
    port: to.port,
    domain: rule.domains.find((domain) => !/[*~]/.test(domain)),
    url: rewrite.takesUrl ? undefined : rule.url,
    code: rewrite.code,
  };
}

function planRules(loadBalancer: LoadBalancer, listener: Listener): ProxyRule[] {
  return listener.rules.map((rule) => ({
    ...poolOf(rule),
    domains: rule.domains,
    url: rule.url,
    cookieName: rule.cookieName,
    forwardType: rule.forwardType,
    http2: rule.http2,
    isDefault: rule.defaultServer,
    certificate: rule.certificate,
    redirect: redirectOf(loadBalancer, rule.rewrite),
  }));
}

function planListener(loadBalancer: LoadBalancer, listener: Listener, groups: SecurityGroups): ProxyListener[] {
  const { id, protocol, port, certificate } = listener;
  if (protocol !== 'HTTP' && protocol !== 'HTTPS' && protocol !== 'TCP_SSL') return [];
  return [
    {
      id,
      loadBalancerId: loadBalancer.id,
      protocol,
      vips: loadBalancer.vips,
      port,
      clients: admissionsTo(groups, loadBalancer, listener)[0]?.clients ?? null,
      certificate,
      isSni: listener.sniSwitch === 1,
      keepsAlive: listener.keepaliveEnable === 1,
      sendsProxyProtocol: listener.proxyProtocol,
      rules: planRules(loadBalancer, listener),
      pool: poolOf(listener),
    },
  ];
}

/** What the proxy has to do for this state. */
export function planProxy(store: Pick<Store, 'loadBalancers' | 'certificates' | 'securityGroups'>): ProxyConfig {
  const { loadBalancers, certificates, securityGroups } = store;
  const started = [...loadBalancers.values()].filter((loadBalancer) => loadBalancer.started);
  return {
    listeners: started.flatMap((loadBalancer) =>
      loadBalancer.listeners.flatMap((listener) => planListener(loadBalancer, listener, securityGroups)),
    ),
    certificates: Object.fromEntries(certificates),
  };
}
