import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { ListenerAnswer } from '../core/model/clb-port.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { aPod, aPort } from './builders.ts';
import type { FakeClbWorld } from './fake-clb-world.ts';
import { balancers, type Balancer } from './modelled-services.ts';

/** A Service of the namespace shop that may want a port of the Ingresses. */
export interface Neighbour {
  readonly balancer: Balancer;
  readonly kind: 'TCP' | 'HTTP';
  readonly port: 80 | 443 | 8080;
}

export const neighbourKey = 'shop/l4';
export const neighbourIp = '10.0.9.1';
const neighbourHost = 'a.com';
export const neighbourUrl = `${neighbourHost}/`;
export const neighbourPod = aPod({ name: 'l4-1', uid: 'uid-l4-1', ip: neighbourIp, labels: { app: 'l4' } });

export function neighbourFacts({ balancer, kind, port }: Neighbour): Partial<ServiceFacts> {
  const http = {
    [annotation.specifyProtocol]: JSON.stringify({ [port]: { protocol: ['HTTP'], hosts: { [neighbourHost]: {} } } }),
  };
  return {
    selector: { app: 'l4' },
    createdAtMs: 1.5,
    existingLoadBalancer: balancer,
    ports: [aPort({ port })],
    annotations: kind === 'HTTP' ? http : {},
  };
}

export function isNeighbours({ name }: Pick<ListenerAnswer, 'name'>): boolean {
  return name.includes('_uid-l4-');
}

export function serviceLines({ balancer, kind, port }: Neighbour): readonly string[] {
  return [`${balancer} ${kind}/${port} ${kind === 'HTTP' ? neighbourUrl : ''} ${neighbourIp}`];
}

export function seenServices(clb: FakeClbWorld): readonly string[] {
  return balancers.flatMap((balancer) => {
    const targets = [...(clb.balancers.get(balancer)?.targets.values() ?? [])];
    return clb
      .listenersOf(balancer)
      .filter(isNeighbours)
      .flatMap(({ id, protocol, port, rules }) =>
        (protocol === 'HTTP' ? rules : [{ locationId: undefined, domain: '', url: '' }]).map(
          ({ locationId, domain, url }) => {
            const own = targets.filter((one) => one.listenerId === id && one.locationId === locationId);
            return `${balancer} ${protocol}/${port} ${domain}${url} ${own.map(({ ip }) => ip).join(' ')}`;
          },
        ),
      );
  });
}
