import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import type { IngressPath } from '../core/sources/ingress/ingress-facts.ts';
import { aBackend, aPath, onExisting } from './ingress-builders.ts';
import type { Balancer } from './modelled-services.ts';

export const another: ObjectReference<'IngressClass'> = { kind: 'IngressClass', namespace: '', name: 'nginx' };

/** The oldest first; the namespaces take turns. */
export const names = ['one', 'two', 'three', 'four'] as const;
export type Name = (typeof names)[number];
export const namespaces = ['shop', 'team'] as const;
export type Namespace = (typeof namespaces)[number];
export const namespaceOf = (name: Name): Namespace => (names.indexOf(name) % 2 === 0 ? 'shop' : 'team');
export const keyOf = (name: Name) => `${namespaceOf(name)}/${name}`;
export const secretOf = (name: Name) =>
  ({ kind: 'Secret', namespace: namespaceOf(name), name: `cert-${name}` }) as const;

/** What stands for requests of every host: the address of the CLB. */
export const everyHost = '*';
/** Paths as the CLB shows them, one for all hosts and others of two hosts, and which pods answer there. */
const appOf = {
  [`${everyHost}/`]: 'web',
  'a.com=/a': 'web',
  'a.com=/b': 'api',
  // A Prefix path "/a": it wants "=/a" too, where no Exact path does.
  'a.com/a/': 'api',
  'a.com/': 'web',
  'b.com/': 'api',
  'b.com=/x': 'web',
} as const;
export type Url = keyof typeof appOf;
export const urls = Object.keys(appOf) as Url[];
export const [prefixUrl, yieldingUrl] = ['a.com/a/', 'a.com=/a'] as const;
export const apps = ['web', 'api'] as const;
/** The host that has a certificate, if its Ingress asks for one. */
export const secure = 'b.com';

export const nodeIp = '10.1.0.1';
export const hosts = [everyHost, 'a.com', secure] as const;

export function ipOf(namespace: Namespace, app: (typeof apps)[number]): string {
  return `10.0.${namespaces.indexOf(namespace)}.${apps.indexOf(app) + 1}`;
}

/** Of the Service, as it is at every node. */
export function nodePortOf(namespace: Namespace, app: (typeof apps)[number]): number {
  return 30_000 + 10 * namespaces.indexOf(namespace) + apps.indexOf(app);
}

/** What answers for a path: the pod, or the node for it. */
export function addressAt(namespace: Namespace, url: Url, targets: Asked['targets']): string {
  const app = appOf[url];
  return targets === 'pods' ? `${ipOf(namespace, app)}:8080` : `${nodeIp}:${nodePortOf(namespace, app)}`;
}

export function addressesAt(namespace: Namespace, url: Url): readonly string[] {
  const all: readonly Url[] = url === yieldingUrl ? [url, prefixUrl] : [url];
  return all.flatMap((one) => [addressAt(namespace, one, 'pods'), addressAt(namespace, one, 'nodes')]);
}

export function hostOf(url: Url): string {
  return url.startsWith(everyHost) ? everyHost : url.slice(0, 5);
}

/** What an Ingress asks for. */
export interface Asked {
  readonly balancer: Balancer;
  readonly urls: readonly Url[];
  readonly targets: 'pods' | 'nodes';
  /** `redirect`: HTTP leads to HTTPS. */
  readonly tls: 'none' | 'https' | 'redirect';
  /** The class of another controller: whatever stood for it goes. */
  readonly isOurs: boolean;
}

function toPath(url: Url): IngressPath {
  const host = hostOf(url);
  const rest = url.slice(host.length);
  const to = { host: host === everyHost ? '' : host, backend: aBackend(appOf[url]) };
  if (url === prefixUrl) return aPath({ ...to, path: '/a' });
  return aPath(rest.startsWith('=') ? { ...to, path: rest.slice(1), pathType: 'Exact' } : { ...to, path: rest });
}

export function written(name: Name, { balancer, urls: own, targets, tls, isOurs }: Asked) {
  const redirect = tls === 'redirect' ? { [ingressAnnotation.autoRewrite]: 'true' } : {};
  const onNodes = { [ingressAnnotation.directAccess]: 'false', ...(isOurs ? { [annotation.managed]: 'true' } : {}) };
  const existing = { ...onExisting, [ingressAnnotation.existingLoadBalancer]: balancer };
  return {
    paths: own.map(toPath),
    tls: tls === 'none' ? [] : [{ hosts: [secure], secretName: secretOf(name).name }],
    annotations: { ...existing, ...redirect, ...(targets === 'nodes' ? onNodes : {}) },
    className: isOurs ? 'qcloud' : another.name,
  };
}
