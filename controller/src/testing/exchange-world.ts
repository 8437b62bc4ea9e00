import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { aNewService, aPod, clbId, limits } from './builders.ts';
import { until } from './virtual-time.ts';
import { forEveryone, World } from './world.ts';

export const other = 'lb-two';

/** Nothing that is waited for comes from a wait that runs out. */
export const patient = { limits: { ...limits, drainMs: 20, moveKeepMs: 50 } };

export const service = (name: string, overrides: Partial<ServiceFacts> = {}) =>
  aNewService({ name, selector: { app: name }, ...overrides });

/** Two CLBs, and Services a and b of namespace shop. */
export class ExchangeWorld extends World {
  /** Ids of the listeners that were seen without a target that serves, though they had one before. */
  readonly emptied: string[] = [];

  constructor() {
    super();
    this.clb.addLoadBalancer(other, { vips: ['192.0.2.2'] });
  }

  addPod(app: string, ip: string): void {
    this.cluster.putPod(aPod({ name: `${app}-1`, labels: { app }, ip, namedPorts: {} }));
  }

  isOpen(app: string): boolean {
    return this.cluster.gateOf(`shop/${app}-1`) === 'True LoadBalancerNetworkGroupReady';
  }

  /** Each has a pod and is served. */
  async serving(a: Partial<ServiceFacts>, b: Partial<ServiceFacts>): Promise<void> {
    this.clb.firstHealth = 'Alive';
    this.cluster.putService(service('a', a));
    this.cluster.putService(service('b', b));
    this.addPod('a', '10.0.0.1');
    this.addPod('b', '10.0.0.2');
    this.start({ placeRules: forEveryone, ...patient });
    await until(() => this.isOpen('a') && this.isOpen('b'));
    this.clb.firstHealth = 'Unknown';
    this.watch();
  }

  /** Of the listeners that stand now. */
  watch(): void {
    const stood = [clbId, other].flatMap((id) => this.clb.listenersOf(id).map((listener) => ({ id, listener })));
    this.clb.before = () => {
      const isServed = ({ id, listener }: (typeof stood)[number]) =>
        [...(this.clb.balancers.get(id)?.targets.values() ?? [])].some(
          ({ listenerId, weight, health }) => listenerId === listener.id && weight > 0 && health === 'Alive',
        );
      this.emptied.push(...stood.filter((one) => !isServed(one)).map(({ listener }) => listener.id));
    };
  }
}
