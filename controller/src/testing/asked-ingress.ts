import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { guardDomain, guardUrl } from '../core/model/guard.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import type { IngressPath } from '../core/sources/ingress/ingress-facts.ts';
import { aBackend, aPath, onExisting } from './ingress-builders.ts';

const vip = '192.0.2.1';
export const another: ObjectReference<'IngressClass'> = { kind: 'IngressClass', namespace: '', name: 'nginx' };

/** A Prefix path: below it, and where no Ingress has the Exact path itself. */
export const prefixed = { url: 'a.com/a/', itself: 'a.com=/a' } as const;

/** Paths as the CLB shows them, one for all hosts and others of two hosts, and which pods answer there. */
export const podIps: Readonly<Record<string, string>> = {
  [`${vip}/`]: '10.0.0.1',
  [prefixed.itself]: '10.0.0.1',
  [prefixed.url]: '10.0.0.2',
  'a.com=/b': '10.0.0.2',
  'a.com/': '10.0.0.1',
  'b.com/': '10.0.0.2',
  'b.com=/x': '10.0.0.1',
};
export const urls = Object.keys(podIps);
export const apps = { '10.0.0.1': 'web', '10.0.0.2': 'api' } as const;
/** The host that has a certificate, if its Ingress asks for one. */
export const secure = 'b.com';

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
  const all = url.slice(host === '' ? vip.length : host.length);
  const rest = url === prefixed.url ? all.slice(0, -1) : all;
  const to = { host, backend: aBackend(podIps[url] === '10.0.0.2' ? 'api' : 'web') };
  return aPath(rest.startsWith('=') ? { ...to, path: rest.slice(1), pathType: 'Exact' } : { ...to, path: rest });
}

export function written({ urls: own, tls, isOurs }: Asked) {
  const redirect = tls === 'redirect' ? { [ingressAnnotation.autoRewrite]: 'true' } : {};
  return {
    paths: own.map(toPath),
    tls: tls === 'none' ? [] : [{ hosts: [secure], secretName: 'cert' }],
    annotations: { ...onExisting, ...redirect },
    className: isOurs ? 'qcloud' : another.name,
  };
}

/** A listener whose requests of unknown hosts nobody asks for has a guard. */
export function withGuard(port: number, served: ReadonlySet<string>): readonly string[] {
  const isGuarded = served.size > 0 && !served.has(`${vip}/`);
  return [...served, ...(isGuarded ? [`${guardDomain}${guardUrl}`] : [])].map((url) => `${port} ${url}`);
}
