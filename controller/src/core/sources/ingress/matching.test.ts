import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { aBackend } from '../../../testing/ingress-builders.ts';
import type { IngressBackend, IngressFacts } from './ingress-facts.ts';
import { wantedRules, type WantedRule } from './wanted-rules.ts';

type Asking = Pick<IngressFacts, 'annotations' | 'paths' | 'bareHosts' | 'defaultBackend'>;

interface Request {
  readonly host: string;
  readonly path: string;
}

/** The name of the Service that answers; 404 where there is none. */
type Answer = string;

const nameOf = (backend: IngressBackend | undefined): Answer => (backend?.kind === 'service' ? backend.name : '404');

/**
 * As Kubernetes says it (API of Ingress v1): the host decides first, the name itself before a wildcard of one label,
 * and that before rules without a host; then the longest path by elements, Exact before Prefix; then the default
 * backend.
 */
function byKubernetes({ paths, bareHosts, defaultBackend }: Asking, request: Request): Answer {
  const hosts = [...paths.map(({ host }) => host), ...bareHosts];
  const wildcard = `*.${request.host.split('.').slice(1).join('.')}`;
  const host = [request.host, wildcard, ''].find((one) => hosts.includes(one));
  const elements = (path: string) => path.split('/').filter((one) => one !== '');
  const matches = paths.filter((one) => {
    if (one.host !== host) return false;
    if (one.pathType === 'Exact') return one.path === request.path;
    return elements(one.path).every((element, index) => elements(request.path)[index] === element);
  });
  const rank = ({ path, pathType }: (typeof paths)[number]) =>
    elements(path).length * 2 + (pathType === 'Exact' ? 1 : 0);
  return nameOf(matches.toSorted((a, b) => rank(b) - rank(a))[0]?.backend ?? defaultBackend);
}

/**
 * As a CLB does it (doc 214/9032): the domain itself, then regular expressions, then the default domain; of its URLs
 * the exact one, then the longest prefix of letters, with 301 where only its last slash is missing.
 */
function byClb(rules: readonly WantedRule[], request: Request): Answer {
  const isMatch = (domain: string) => domain.startsWith('~') && new RegExp(domain.slice(1)).test(request.host);
  const domains = rules.map(({ domain }) => domain);
  const domain = domains.find((one) => one === request.host) ?? domains.find(isMatch) ?? '';
  const ofHost = rules.filter((rule) => rule.domain === domain);
  const exact = ofHost.find(({ url }) => url === `=${request.path}`);
  if (exact !== undefined) return nameOf(exact.backend);
  if (ofHost.some(({ url }) => url === `${request.path}/`)) return '301';
  const prefixes = ofHost.filter(({ url }) => request.path.startsWith(url));
  return nameOf(prefixes.toSorted((a, b) => b.url.length - a.url.length)[0]?.backend);
}

const hosts = ['', 'a.com', 'b.a.com', '*.a.com', '*.b.a.com'];
const host = fc.constantFrom(...hosts);
const path = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'ab', 'aa'), { maxLength: 3 }), fc.boolean())
  .map(([parts, hasSlash]) => `/${parts.join('/')}${hasSlash && parts.length > 0 ? '/' : ''}`);
/** Two paths of a host that say the same are refused, and are no question of matching. */
const sameFor = (one: { readonly host: string; readonly pathType: string; readonly path: string }) =>
  `${one.host} ${one.pathType === 'Exact' ? one.path : `${one.path.replace(/\/$/, '')}*`}`;
const paths = fc
  .uniqueArray(fc.record({ host, pathType: fc.constantFrom('Exact', 'Prefix'), path }), {
    selector: sameFor,
    maxLength: 8,
  })
  .map((all) => all.map((one, index) => ({ ...one, backend: aBackend(`backend-${index}`) })));
const ingress = fc
  .record({ paths, bare: fc.uniqueArray(host, { maxLength: 2 }), hasDefault: fc.boolean() })
  .map(({ paths: all, bare, hasDefault }): Asking => ({
    annotations: {},
    paths: all,
    bareHosts: bare.filter((one) => !all.some((path) => path.host === one)),
    defaultBackend: hasDefault ? aBackend('default') : undefined,
  }));
const requestHosts = ['a.com', 'b.a.com', 'c.a.com', 'c.b.a.com', 'd.c.b.a.com', 'com', 'xa.com', '192.0.2.1'];
const request = fc.record({ host: fc.constantFrom(...requestHosts), path });

test('Whatever hosts and paths an Ingress has, a CLB sends each request where Kubernetes says.', () => {
  fc.assert(
    fc.property(ingress, request, (asking, one) => {
      const { rules, findings } = wantedRules(asking);
      expect(byClb(rules, one)).toBe(byKubernetes(asking, one));
      expect(findings).toEqual([]);
    }),
    { numRuns: 3_000 },
  );
});
