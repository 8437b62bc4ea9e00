import { guardDomain } from '../core/model/guard.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import { aPod, clbId } from './builders.ts';
import { aBackendService, anIngress } from './ingress-builders.ts';
import { another, apps, podIps, prefixed, secure, urls, withGuard, written, type Asked } from './asked-ingress.ts';
import { passesUntil, passMs } from './virtual-time.ts';
import { WatchedClb } from './watched-clb.ts';
import { World } from './world.ts';

export const names = ['one', 'two', 'three'] as const;
export type Name = (typeof names)[number];
const secret: ObjectReference<'Secret'> = { kind: 'Secret', namespace: 'shop', name: 'cert' };

/** Three Ingresses of one namespace that want the same paths of one CLB. */
export class ModelledIngresses extends World {
  override readonly clb: WatchedClb;
  readonly #asked = new Map<Name, Asked>();

  constructor() {
    const clb = new WatchedClb();
    super(clb);
    this.clb = clb;
    clb.firstHealth = 'Alive';
    for (const [ip, app] of Object.entries(apps)) {
      this.cluster.putPod(aPod({ name: `${app}-1`, uid: `uid-${app}-1`, ip, labels: { app } }));
      const reference = { kind: 'Service', namespace: 'shop', name: app } as const;
      this.cluster.putRelated(reference, aBackendService({ selector: { app } }));
    }
    this.cluster.putRelated(another, { controller: 'k8s.io/ingress-nginx' });
    this.putSecret('cert-1');
  }

  /** undefined: there is none. */
  putSecret(certificateId: string | undefined): void {
    this.cluster.putRelated(
      secret,
      certificateId === undefined ? undefined : { certificateId, caCertificateId: undefined },
    );
  }

  /** The faults end. */
  calm(): void {
    this.clb.calm();
    this.putSecret('cert-1');
  }

  /** Targets where the pods of another path would answer. */
  misrouted(): readonly string[] {
    return this.#targets()
      .filter(({ ip, url }) => podIps[url] !== ip && !(url === prefixed.itself && ip === podIps[prefixed.url]))
      .map(({ ip, url }) => `${ip} at ${url}`);
  }

  override async stop(): Promise<void> {
    const stopped = super.stop();
    await passMs(2_000);
    await stopped;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.start();
  }

  /** One that ends is made again only once it is gone. */
  ask(name: Name, asked: Asked): void {
    const { ingresses } = this.cluster;
    const before = ingresses.get(`shop/${name}`);
    if (before?.ending === true) return;
    this.#asked.set(name, asked);
    if (before !== undefined) ingresses.change(`shop/${name}`, written(asked));
    else ingresses.put(anIngress({ name, createdAtMs: names.indexOf(name), ...written(asked) }));
  }

  delete(name: Name): void {
    if (this.#asked.delete(name)) this.cluster.ingresses.delete(`shop/${name}`);
  }

  /** Which Ingresses stand, which of them we hold, what each listener has, and what leads elsewhere. */
  seen(): unknown {
    const facts = names.map((name) => [name, this.cluster.ingresses.get(`shop/${name}`)] as const);
    const there = facts.flatMap(([name, one]) => (one === undefined ? [] : [{ name, isHeld: one.hasFinalizer }]));
    const unserved = this.#expectedRedirects() === 'either' ? 'either' : this.#unserved();
    return { there, rules: this.#rules(), redirects: this.#redirects(), unserved, itself: this.#servedItself() };
  }

  expected(): unknown {
    const there = names.flatMap((name) => {
      const asked = this.#asked.get(name);
      return asked === undefined ? [] : [{ name, isHeld: asked.isOurs }];
    });
    const served = this.#servedUrls();
    const rules = [80, 443].flatMap((port) => withGuard(port, served.get(port) ?? new Set()));
    const redirects = this.#expectedRedirects();
    const guards = rules.filter((rule) => rule.includes(guardDomain));
    const unserved = redirects === 'either' ? redirects : [...guards, ...redirects].toSorted();
    const itself = [prefixed.itself, prefixed.url].filter((url) =>
      this.#ours.some(({ urls: own }) => own.includes(url)),
    );
    const first = itself.slice(0, 1).map((url) => podIps[url]);
    return { there, rules: rules.toSorted(), redirects, unserved, itself: first };
  }

  async settles(limitMs: number): Promise<void> {
    const isSame = () => JSON.stringify(this.seen()) === JSON.stringify(this.expected());
    await passesUntil(isSame, limitMs, 1_000).catch(() => undefined);
  }

  get #ours(): readonly Asked[] {
    return [...this.#asked.values()].filter(({ isOurs }) => isOurs);
  }

  #servedUrls(): ReadonlyMap<number, Set<string>> {
    const served = new Map([80, 443].map((port) => [port, new Set<string>()]));
    for (const { urls: own, tls } of this.#ours) {
      for (const url of own.flatMap((one) => (one === prefixed.url ? [one, prefixed.itself] : [one]))) {
        const isSecure = tls !== 'none' && url.startsWith(secure);
        served.get(isSecure ? 443 : 80)?.add(url);
        if (isSecure && tls === 'redirect') served.get(80)?.add(url);
      }
    }
    return served;
  }

  /** Who was first decides about a path that some redirect and others do not: then either is right. */
  #expectedRedirects(): readonly string[] | 'either' {
    const all = urls
      .filter((url) => url.startsWith(secure))
      .map((url) => {
        const claims = this.#ours.filter(({ urls: own }) => own.includes(url)).map(({ tls }) => tls);
        if (!claims.includes('redirect')) return [];
        return claims.every((tls) => tls === 'redirect') ? [`80 ${url}`] : ('either' as const);
      });
    return all.includes('either') ? 'either' : all.flat().toSorted();
  }

  #rules(): readonly string[] {
    const all = this.clb.listenersOf(clbId).flatMap(({ port, rules }) => rules.map((rule) => ({ port, ...rule })));
    return all.map(({ port, domain, url }) => `${port} ${domain}${url}`).toSorted();
  }

  #targets() {
    const targets = [...(this.clb.balancers.get(clbId)?.targets.values() ?? [])];
    return this.clb
      .listenersOf(clbId)
      .flatMap(({ port, rules }) =>
        rules.flatMap(({ locationId, domain, url }) =>
          targets
            .filter((target) => target.locationId === locationId)
            .map(({ ip, weight }) => ({ ip, weight, port, url: `${domain}${url}` })),
        ),
      );
  }

  /** The pods that get the requests for the path itself of a Prefix. */
  #servedItself(): readonly string[] {
    const all = this.#targets().filter(({ url, weight }) => url === prefixed.itself && weight > 0);
    return all.map(({ ip }) => ip);
  }

  /** Rules that send nothing to pods. */
  #unserved(): readonly string[] {
    const served = new Set(this.#targets().map(({ port, url }) => `${port} ${url}`));
    return this.#rules().filter((rule) => !served.has(rule));
  }

  #redirects(): readonly string[] | 'either' {
    if (this.#expectedRedirects() === 'either') return 'either';
    const all = this.clb
      .listenersOf(clbId)
      .flatMap(({ port, redirects }) => (redirects ?? []).map(({ domain, url }) => `${port} ${domain}${url}`));
    return all.toSorted();
  }
}
