import type { Health, HealthCheck, Listener, LoadBalancer, Rule, Target } from '../state/model.ts';
import { plainListener, plainLoadBalancer } from '../state/plain.ts';

const unchecked = { HealthSwitch: 0, CheckType: 'TCP', TimeOut: 2, IntervalTime: 5, HealthNum: 3, UnHealthNum: 3 };
const healthCheck = unchecked as HealthCheck;

/** A load balancer with these VIPs and nothing else. */
export function makeLoadBalancer(...vips: string[]): LoadBalancer {
  const ids = {
    id: 'lb-1',
    name: 'one',
    type: 'OPEN',
    region: 'ap-guangzhou',
    vpcId: 'vpc-1',
    subnetId: null,
    ipv6Mode: vips.some((vip) => vip.includes(':')) ? 'IPv6FullChain' : null,
    domain: null,
  } as const;
  return { ...plainLoadBalancer, ...ids, vips, usable: true, createdAtMs: 0, listeners: [] };
}

/** A listener that has what is given, and the usual for the rest. */
export function makeListener(given: Partial<Listener> & Pick<Listener, 'protocol' | 'port'>): Listener {
  const own = { id: `lbl-${given.protocol}-${given.port}`, name: '', endPort: 0, createdAtMs: 0 };
  return { ...plainListener, ...own, healthCheck, targets: [], rules: [], ...given };
}

/** A rule for a domain that has what is given, and the usual for the rest. */
export function makeRule(domain: string, given: Partial<Rule> = {}): Rule {
  const url = given.url ?? '/';
  return {
    ...{
      id: `loc-${domain}${url}`,
      domains: [domain],
      url,
      scheduler: 'WRR',
      sessionExpireTime: 0,
      forwardType: 'HTTP',
    },
    ...{ cookieName: '', defaultServer: false, http2: false, quic: false, certificate: null, rewrite: null },
    ...{ createdAtMs: 0, healthCheck, targets: [] },
    ...given,
  };
}

/** A target that takes connections. */
export function makeTarget(ip: string, port: number, weight = 10, health: Health = 'Close'): Target {
  return { ip, port, weight, health, tag: null, registeredAtMs: 0 };
}
