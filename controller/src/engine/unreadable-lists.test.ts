import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ingressAnnotation as name } from '@clb-direct/shared/domain/ingress-names.ts';
import { aPod, clbId } from '../testing/builders.ts';
import { aBackend, aBackendService, anIngress, aPath, onExisting } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { worldWithBackend, type World } from '../testing/world.ts';

inVirtualTime();
/** Real time, on a slow machine. */
jest.setTimeout(60_000);

let world: World;
beforeEach(() => {
  world = worldWithBackend();
  world.cluster.putRelated({ kind: 'Secret', namespace: 'shop', name: 'cert' }, one);
});
afterEach(async () => passing(world.stop()));

const one = { certificateId: 'one', caCertificateId: undefined };
const paths = [aPath({ host: 'a.com' }), aPath({ host: 'b.com', path: '/health' })];
const [site, health] = [
  { host: 'a.com', path: '/' },
  { host: 'b.com', path: '/health' },
];
const tls = [{ hosts: ['a.com', 'b.com'], secretName: 'cert' }];
const mix = (http: readonly object[], https: readonly object[]) => ({
  [name.ruleMix]: 'true',
  [name.httpRules]: JSON.stringify(http),
  [name.httpsRules]: JSON.stringify(https),
});
const ports = (...all: readonly object[]) => ({ [name.listenPorts]: JSON.stringify(all) });

const picture = () => world.clb.picture(clbId);
/** "443 a.com/", also the guards. */
const rules = () =>
  world.clb.listenersOf(clbId).flatMap(({ port, rules }) => rules.map(({ domain, url }) => `${port} ${domain}${url}`));
const change = (annotations: Readonly<Record<string, string>>) =>
  world.cluster.ingresses.change('shop/site', { annotations: { ...onExisting, ...annotations } });

type Annotations = Readonly<Record<string, string>>;

test.each<[string, Annotations, Annotations]>([
  ['https-rules, where http-rules has the path too', mix([site], [site]), { [name.httpsRules]: '[{},]' }],
  ['http-rules, where https-rules has the path too', mix([site], [site]), { [name.httpRules]: '[{},]' }],
  ['https-rules, where http-rules alone has a path', mix([health], [site]), { [name.httpsRules]: '[{},]' }],
  [
    'https-rules beside automatic redirects',
    { ...mix([health], []), [name.autoRewrite]: 'true' },
    { [name.httpsRules]: '[{},]' },
  ],
  [
    'listen-ports beside an entry with "rewrite"',
    {
      ...ports({ HTTP: 8080 }, { HTTPS: 443 }),
      ...mix([health, { host: 'b.com', path: '/old', rewrite: { port: 8080, path: '/health' } }], [site]),
    },
    { [name.listenPorts]: '[{},' },
  ],
  ['listen-ports with two of a protocol', ports({ HTTPS: 443 }, { HTTPS: 8443 }), { [name.listenPorts]: '[{},' }],
  ['listen-ports without the usual one', ports({ HTTPS: 8443 }), { [name.listenPorts]: '[{},' }],
  ['the ports of HTTPS alone', ports({ HTTP: 8080 }, { HTTPS: 8443 }), ports({ HTTP: 8080 }, { HTTPS: '8443' })],
  [
    'listen-ports for both protocols',
    { ...ports({ HTTP: 80 }, { HTTP: 8080 }, { HTTPS: 443 }, { HTTPS: 8443 }), [name.ruleMixBoth]: 'true' },
    { [name.listenPorts]: '[{},' },
  ],
])('While nobody can read %s, all that stands serves on, also new pods.', async (_, before, wrong) => {
  world.cluster.ingresses.put(anIngress({ annotations: { ...onExisting, ...before }, paths, tls }));
  world.start();
  await until(() => world.cluster.gateOf('shop/web-1').startsWith('True'));
  await passMs(500);
  const stood = rules();
  const served = Object.keys(picture());
  change({ ...before, ...wrong });
  await until(() => world.cluster.said('AnnotationMalformed') > 0);
  await passMs(1_000);
  expect(rules()).toEqual(stood);
  world.cluster.putPod(aPod({ name: 'web-2', uid: 'uid-web-2', ip: '10.0.0.2' }));
  await until(() => world.cluster.gateOf('shop/web-2').startsWith('True'));
  const now = [...served, ...served.map((target) => target.replace('10.0.0.1', '10.0.0.2'))];
  expect(picture()).toEqual(Object.fromEntries(now.map((target) => [target, 10])));
  expect(world.cluster.said('CertificateUnusable')).toBe(0);
});

test('Nobody else gets a rule of an Ingress whose ports cannot be read.', async () => {
  const at8443 = { ...onExisting, ...ports({ HTTPS: 8443 }) };
  const own = [aPath({ host: 'a.com' })];
  world.cluster.ingresses.put(anIngress({ annotations: at8443, paths: own, tls }));
  world.start();
  await until(() => world.cluster.gateOf('shop/web-1').startsWith('True'));
  const api = { kind: 'Service', namespace: 'shop', name: 'api' } as const;
  world.cluster.putRelated(api, aBackendService({ selector: { app: 'api' } }));
  world.cluster.putPod(aPod({ name: 'api-1', uid: 'uid-api-1', ip: '10.0.0.9', labels: { app: 'api' } }));
  const others = [aPath({ host: 'a.com', backend: aBackend('api') })];
  world.cluster.ingresses.put(
    anIngress({ name: 'other', annotations: at8443, paths: others, tls, createdAtMs: 1_000 }),
  );
  await until(() => world.cluster.said('RuleConflict') > 0);
  change({ [name.listenPorts]: '[{},' });
  await until(() => world.cluster.said('AnnotationMalformed') > 0);
  await passMs(2_000);
  expect(picture()).toEqual({ '8443 a.com//10.0.0.1:8080': 10 });
  const recorded = world.cluster.recordOf(clbId)?.owners.filter(({ rules = [] }) => {
    return rules.some(({ domain }) => domain === 'a.com');
  });
  expect(recorded?.map(({ name: of }) => of)).toEqual(['site']);
});
