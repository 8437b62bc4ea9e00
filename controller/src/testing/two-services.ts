import type { ObjectReference } from '../core/model/related-objects.ts';
import { aNewService, aPod, aPort, clbId } from './builders.ts';
import { CodedClb, type CodedAction } from './coded-clb.ts';
import { passesUntil } from './virtual-time.ts';
import { forEveryone, World } from './world.ts';

const secret: ObjectReference<'Secret'> = { kind: 'Secret', namespace: 'shop', name: 'cert' };
const specified = (...hosts: string[]) => ({
  'service.cloud.tencent.com/specify-protocol': JSON.stringify({
    443: { protocol: ['HTTPS'], tls: 'cert', hosts: Object.fromEntries(hosts.map((host) => [host, {}])) },
  }),
});
const ports = (...numbers: number[]) => numbers.map((port) => aPort({ port }));
const webPod = (number: number) => aPod({ name: `web-${number}`, ip: `10.0.0.${number}` });
const sidePod = (number: number) =>
  aPod({ namespace: 'other', name: `side-${number}`, labels: { app: 'side' }, ip: `10.0.9.${number}` });

/** In virtual time: Service shop/web with listeners and rules, and its sibling other/side on the same CLB. */
export class TwoServices extends World {
  override readonly clb: CodedClb;

  constructor() {
    const clb = new CodedClb();
    super(clb);
    this.clb = clb;
    clb.firstHealth = 'Alive';
  }

  /** With the controller's usual times, unless everything is to be looked at more often. */
  async serve(resyncMs = 300_000): Promise<void> {
    this.#putSecret('one');
    const annotations = specified('a.com', 'b.com');
    this.cluster.putService(aNewService({ ports: ports(80, 81, 443), annotations }));
    const side = { namespace: 'other', name: 'side', selector: { app: 'side' } };
    this.cluster.putService(aNewService({ ...side, ports: ports(90, 91) }));
    for (const number of [1, 2]) this.cluster.putPod(webPod(number));
    for (const number of [1, 2, 4]) this.cluster.putPod(sidePod(number));
    this.start({ placeRules: forEveryone, recheckMs: 1_000, resyncMs });
    await passesUntil(() => this.targets().length === 2 * 4 + 3 * 2, 60_000);
    await passesUntil(() => this.cluster.gateOf('shop/web-2').startsWith('True'), 60_000);
  }

  targets(): readonly string[] {
    return Object.entries(this.clb.picture(clbId)).map(([line, weight]) => `${line}=${weight}`);
  }

  /** The cluster asks for something that needs this action. */
  ask(action: CodedAction): void {
    this.#asks[action]?.();
  }

  /** What was asked for stands. */
  isDone(action: CodedAction): boolean {
    return this.#done[action]?.() ?? false;
  }

  /** The sibling rolls out and gives up a port, as far as that needs no call of this action. */
  siblingMoves(but: CodedAction): void {
    this.cluster.putPod(sidePod(3));
    if (but !== 'setWeight') this.cluster.changePod('other/side-1', { ending: true });
    if (but !== 'deregister') this.cluster.changePod('other/side-2', { ending: true, containersGone: true });
    if (but !== 'deleteListener') this.cluster.changeService('other/side', { ports: ports(90) });
  }

  hasSiblingMoved(but: CodedAction): boolean {
    const targets = this.targets();
    const at = (number: number) => targets.find((line) => line.startsWith(`90/10.0.9.${number}:`));
    const moves = [
      { needs: ['register'], is: at(3)?.endsWith('=10') === true },
      { needs: ['setWeight'], is: at(1)?.endsWith('=0') === true },
      { needs: ['deregister'], is: at(2) === undefined },
      // Before a listener goes, its targets drain.
      { needs: ['deleteListener', 'setWeight'], is: this.#listener(91) === undefined },
    ];
    return moves.every(({ needs, is }) => is || needs.includes(but));
  }

  readonly #change = (change: Parameters<World['cluster']['changeService']>[1]) =>
    this.cluster.changeService('shop/web', change);

  readonly #asks: Readonly<Partial<Record<CodedAction, () => void>>> = {
    createListeners: () => this.#change({ ports: ports(80, 81, 82, 443) }),
    modifyListener: () => this.#change({ sessionAffinity: 'ClientIP', sessionAffinitySeconds: 60 }),
    deleteListener: () => this.#change({ ports: ports(80, 443) }),
    createRules: () => this.#change({ annotations: specified('a.com', 'b.com', 'c.com') }),
    modifyRule: () => this.#change({ healthCheck: 'off' }),
    deleteRules: () => this.#change({ annotations: specified('a.com') }),
    setCertificates: () => this.#putSecret('two'),
    register: () => this.cluster.putPod(webPod(3)),
    setWeight: () => this.cluster.changePod('shop/web-1', { ending: true }),
    deregister: () => this.cluster.changePod('shop/web-1', { ending: true, containersGone: true }),
  };

  readonly #done: Readonly<Partial<Record<CodedAction, () => boolean>>> = {
    createListeners: () => this.targets().includes('82/10.0.0.2:8080=10'),
    modifyListener: () => this.#listener(80)?.settings.sessionExpireTime === 60,
    deleteListener: () => this.#listener(81) === undefined,
    createRules: () => this.targets().includes('443 c.com//10.0.0.1:8080=10'),
    modifyRule: () => this.#listener(443)?.rules[0]?.settings.healthCheck?.HealthSwitch === 0,
    deleteRules: () => this.#listener(443)?.rules.length === 1,
    setCertificates: () => JSON.stringify(this.#listener(443)).includes('two'),
    register: () => this.targets().includes('80/10.0.0.3:8080=10'),
    setWeight: () => this.targets().includes('80/10.0.0.1:8080=0'),
    deregister: () => !this.targets().join().includes('/10.0.0.1:'),
  };

  #putSecret(certificateId: string): void {
    this.cluster.putRelated(secret, { certificateId, caCertificateId: undefined });
  }

  #listener(port: number) {
    return this.clb.listenersOf(clbId).find((one) => one.port === port);
  }
}
