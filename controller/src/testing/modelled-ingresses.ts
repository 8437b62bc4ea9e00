import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { guardDomain, guardUrl } from '../core/model/guard.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import type { IngressPath } from '../core/sources/ingress/ingress-facts.ts';
import { aPod, clbId } from './builders.ts';
import { aBackendService, anIngress, aPath, onExisting } from './ingress-builders.ts';
import { passesUntil, passMs } from './virtual-time.ts';
import { WatchedClb } from './watched-clb.ts';
import { World } from './world.ts';

export const names = ['one', 'two', 'three'] as const;
export type Name = (typeof names)[number];
const vip = '192.0.2.1';
const web: ObjectReference<'Service'> = { kind: 'Service', namespace: 'shop', name: 'web' };
const another: ObjectReference<'IngressClass'> = { kind: 'IngressClass', namespace: '', name: 'nginx' };
const secret: ObjectReference<'Secret'> = { kind: 'Secret', namespace: 'shop', name: 'cert' };

/** Paths as the CLB shows them: one for all hosts, and others of two hosts. */
export const urls = [`${vip}/`, 'a.com=/a', 'a.com=/b', 'a.com/', 'b.com/'] as const;
/** The host that has a certificate, if its Ingress asks for one. */
const secure = 'b.com';

/** What an Ingress asks for. */
export interface Asked {
  readonly urls: readonly string[];
  /** `redirect`: HTTP leads to HTTPS. */
  readonly tls: 'none' | 'https' | 'redirect';
  /** The class of another controller: whatever stood for it goes. */
  readonly isOurs: boolean;
}

function toPath(url: string): IngressPath {
  const host = url.startsWith(vip) ? '' : url.slice(0, 5);
  const rest = url.slice(host === '' ? vip.length : host.length);
  return rest.startsWith('=') ? aPath({ host, path: rest.slice(1), pathType: 'Exact' }) : aPath({ host, path: rest });
}

function written({ urls: own, tls, isOurs }: Asked) {
  const redirect = tls === 'redirect' ? { [ingressAnnotation.autoRewrite]: 'true' } : {};
  return {
    paths: own.map(toPath),
    tls: tls === 'none' ? [] : [{ hosts: [secure], secretName: 'cert' }],
    annotations: { ...onExisting, ...redirect },
    className: isOurs ? 'qcloud' : another.name,
  };
}

/** Three Ingresses of one namespace that want the same paths of one CLB. */
export class ModelledIngresses extends World {
  override readonly clb: WatchedClb;
  readonly #asked = new Map<Name, Asked>();

  constructor() {
    const clb = new WatchedClb();
    super(clb);
    this.clb = clb;
    clb.firstHealth = 'Alive';
    this.cluster.putPod(aPod());
    this.cluster.putRelated(web, aBackendService());
    this.cluster.putRelated(another, { controller: 'k8s.io/ingress-nginx' });
    this.cluster.putRelated(secret, { certificateId: 'cert-1', caCertificateId: undefined });
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
    return { there, rules: this.#rules(), redirects: this.#redirects() };
  }

  expected(): unknown {
    const there = names.flatMap((name) => {
      const asked = this.#asked.get(name);
      return asked === undefined ? [] : [{ name, isHeld: asked.isOurs }];
    });
    const served = this.#servedUrls();
    const rules = [80, 443].flatMap((port) => withGuard(port, served.get(port) ?? new Set()));
    return { there, rules: rules.toSorted(), redirects: this.#expectedRedirects() };
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
      for (const url of own) {
        const isSecure = tls !== 'none' && url.startsWith(secure);
        served.get(isSecure ? 443 : 80)?.add(url);
        if (isSecure && tls === 'redirect') served.get(80)?.add(url);
      }
    }
    return served;
  }

  /** Who was first decides about a path that some redirect and others do not: then either is right. */
  #expectedRedirects(): readonly string[] | 'either' {
    const claims = this.#ours.filter(({ urls: own }) => own.includes(`${secure}/`)).map(({ tls }) => tls);
    if (claims.includes('redirect') && claims.some((tls) => tls !== 'redirect')) return 'either';
    return claims.includes('redirect') ? [`80 ${secure}/`] : [];
  }

  #rules(): readonly string[] {
    const all = this.clb.listenersOf(clbId).flatMap(({ port, rules }) => rules.map((rule) => ({ port, ...rule })));
    return all.map(({ port, domain, url }) => `${port} ${domain}${url}`).toSorted();
  }

  #redirects(): readonly string[] | 'either' {
    if (this.#expectedRedirects() === 'either') return 'either';
    const all = this.clb
      .listenersOf(clbId)
      .flatMap(({ port, redirects }) => (redirects ?? []).map(({ domain, url }) => `${port} ${domain}${url}`));
    return all.toSorted();
  }
}

/** A listener whose requests of unknown hosts nobody asks for has a guard. */
function withGuard(port: number, served: ReadonlySet<string>): readonly string[] {
  const isGuarded = served.size > 0 && !served.has(`${vip}/`);
  return [...served, ...(isGuarded ? [`${guardDomain}${guardUrl}`] : [])].map((url) => `${port} ${url}`);
}
