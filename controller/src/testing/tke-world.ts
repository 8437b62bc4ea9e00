import { annotation } from '@clb-direct/shared/domain/names.ts';
import { tkeListener } from '../core/model/adoption.ts';
import type { TargetRef } from '../core/model/target.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { aNewService, clbId, clusterId } from './builders.ts';
import { World } from './world.ts';

export const tkeTags = {
  'tke-createdBy-flag': 'yes',
  'tke-clusterId': clusterId,
  'tke-lb-serviceuuid': 'uid-web',
};

/** CLB lb-one as TKE's controller leaves it for Service shop/web, which is told to leave it alone. */
export class TkeWorld extends World {
  /** What was seen of it without a target that serves. */
  readonly emptied: string[] = [];

  constructor(tags: Readonly<Record<string, string>> = tkeTags) {
    super();
    this.cluster.hasTke = true;
    this.clb.firstHealth = 'Alive';
    this.clb.addLoadBalancer(clbId, { tags });
  }

  addTkeListener(port = 80, name = tkeListener): void {
    this.clb.addListener(clbId, { id: `lbl-tke-${port}`, name, protocol: 'TCP', port });
  }

  /** Nodes at the Service's NodePort. */
  addNodeTargets(port = 80, nodes = [1, 2], locationId?: string): void {
    for (const node of nodes) {
      const target = {
        ip: `10.1.0.${node}`,
        port: 30_000 + port,
        instanceId: `ins-${node}`,
        weight: 10,
        tag: undefined,
      };
      this.clb.addTarget(clbId, { listenerId: `lbl-tke-${port}`, locationId, ...target });
    }
  }

  /** Pods, as with direct access. */
  addDirectTargets(port = 80, pods = [1, 2], locationId?: string): void {
    for (const pod of pods) {
      const target = { ip: `10.0.0.${pod}`, port: 8080, weight: 10, tag: undefined };
      this.clb.addTarget(clbId, { listenerId: `lbl-tke-${port}`, locationId, ...target });
    }
  }

  listeners(): readonly string[] {
    return this.clb.listenersOf(clbId).map(({ id, name }) => `${id} ${name}`);
  }

  /** The same of the places that have targets now. */
  watchPlaces(): void {
    const placeOf = ({ listenerId, locationId = '' }: TargetRef) => `${listenerId} ${locationId}`;
    const all = () => [...(this.clb.balancers.get(clbId)?.targets.values() ?? [])];
    const places = new Set(all().map(placeOf));
    this.clb.before = () => {
      const serving = new Set(
        all()
          .filter(({ weight, health }) => weight > 0 && health === 'Alive')
          .map(placeOf),
      );
      this.emptied.push(...[...places].filter((place) => !serving.has(place)));
    };
  }

  /** From now on it is noted when a listener that TKE made has no target that serves. */
  watch(): void {
    const ids = this.clb.listenersOf(clbId).map(({ id }) => id);
    this.clb.before = () => {
      const targets = [...(this.clb.balancers.get(clbId)?.targets.values() ?? [])];
      const serves = (id: string) =>
        targets.some((one) => one.listenerId === id && one.weight > 0 && one.health === 'Alive');
      this.emptied.push(...ids.filter((id) => !serves(id)));
    };
  }
}

/** What the Service says when it asks for its adoption. */
export function adopting(value = clbId, overrides: Partial<ServiceFacts> = {}): ServiceFacts {
  const annotations = { [annotation.adopt]: value, [annotation.tkeMode]: 'skip' };
  return aNewService({ existingLoadBalancer: undefined, annotations, ingress: ['192.0.2.1'], ...overrides });
}
