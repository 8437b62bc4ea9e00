import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { aPort, clbId } from '../testing/builders.ts';
import { ExchangeWorld, service } from '../testing/exchange-world.ts';
import { aBackend, aBackendService, anIngress, aPath } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';

inVirtualTime();

type Kind = 'Service' | 'Ingress';

const http = (port: number) => {
  const annotations = {
    'service.cloud.tencent.com/specify-protocol': JSON.stringify({
      [port]: { protocol: ['HTTP'], hosts: { 'a.com': {} } },
    }),
  };
  return { ports: [aPort({ port })], annotations };
};

function put(world: ExchangeWorld, kind: Kind, name: string, createdAtMs: number): void {
  if (kind === 'Service') {
    world.cluster.putService(service(name, { createdAtMs, selector: { app: 'a' }, ...http(80) }));
    return;
  }
  const path = aPath({ host: 'a.com', path: '/', pathType: 'ImplementationSpecific', backend: aBackend('site') });
  world.cluster.ingresses.put(anIngress({ name, createdAtMs, paths: [path] }));
}

function remove(world: ExchangeWorld, kind: Kind, name: string): void {
  if (kind === 'Service') world.cluster.deleteService(`shop/${name}`);
  else world.cluster.ingresses.delete(`shop/${name}`);
}

const rule = (world: ExchangeWorld) =>
  world.clb
    .listenersOf(clbId)
    .find(({ port }) => port === 80)
    ?.rules.find(({ domain }) => domain === 'a.com')?.locationId;
const isGone = ({ cluster }: ExchangeWorld, name: string) =>
  cluster.service(`shop/${name}`) === undefined && cluster.ingresses.get(`shop/${name}`) === undefined;

/** Each of them takes the place of the one before, which is deleted when it has seen the successor. */
async function passAlong(world: ExchangeWorld, kinds: readonly Kind[], waitMs: number): Promise<void> {
  const owners = [['Service', 'a'] as const, ...kinds.map((kind, at) => [kind, `next-${at}`] as const)];
  const id = rule(world);
  for (const [at, [kind, name]] of owners.entries()) {
    const [nextKind, next] = owners[at + 1] ?? [];
    if (nextKind === undefined) return;
    put(world, nextKind, next, 10 + at);
    await passMs(waitMs);
    remove(world, kind, name);
    await until(() => isGone(world, name));
    expect([rule(world), world.clb.picture(clbId)['80 a.com//10.0.0.1:8080']]).toEqual([id, 10]);
  }
}

test('A port with a rule that goes along Services and Ingresses of one namespace serves all the time', async () => {
  const kinds = fc.array(fc.constantFrom<Kind>('Service', 'Ingress'), { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(kinds, fc.constantFrom(200, 1_000), async (some, waitMs) => {
    const world = new ExchangeWorld();
    const site = { kind: 'Service', namespace: 'shop', name: 'site' } as const;
    world.cluster.putRelated(site, aBackendService({ selector: { app: 'a' } }));
    try {
      await passing(world.serving(http(80), http(81)));
      await passAlong(world, some, waitMs);
      expect(world.emptied).toEqual([]);
    } finally {
      await passing(world.stop());
    }
  });
  await fc.assert(property, { numRuns: 12 });
}, 120_000);
