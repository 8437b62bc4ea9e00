import { expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { aPod, clbId } from '../testing/builders.ts';
import { aBackendService, anIngress, aPath, onExisting } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();
const numRuns = 15;

/** How an Ingress for a.com may be written. */
interface Wish {
  readonly by: 'http' | 'https' | 'both' | 'redirect';
  readonly ports: 'usual' | 'others';
}

const aWish = fc.record<Wish>({
  by: fc.constantFrom('http', 'https', 'both', 'redirect'),
  ports: fc.constantFrom('usual', 'others'),
});

const key = 'shop/site';
const asIngress = ({ by, ports }: Wish) => ({
  tls: by === 'http' ? [] : [{ hosts: ['a.com'], secretName: 'cert' }],
  annotations: {
    ...onExisting,
    ...(by === 'both' ? { [ingressAnnotation.ruleMixBoth]: 'true' } : {}),
    ...(by === 'redirect' ? { [ingressAnnotation.autoRewrite]: 'true' } : {}),
    ...(ports === 'usual' ? {} : { [ingressAnnotation.listenPorts]: '[{"HTTP":8080},{"HTTPS":8443}]' }),
  },
});

/** "80 serves", "80 redirects": what each listener does with requests for a.com. */
function wanted({ by, ports }: Wish): readonly string[] {
  const [http, https] = ports === 'usual' ? [80, 443] : [8080, 8443];
  const lines = {
    http: [`${http} serves`],
    https: [`${https} serves`],
    both: [`${http} serves`, `${https} serves`],
    redirect: [`${http} redirects`, `${https} serves`],
  };
  return lines[by].toSorted();
}

function standing({ clb }: World): readonly string[] {
  const serving = new Set(Object.entries(clb.picture(clbId)).flatMap(([line, weight]) => (weight > 0 ? [line] : [])));
  return clb
    .listenersOf(clbId)
    .map(({ port, redirects = [] }) => {
      if (redirects.length > 0) return `${port} redirects`;
      return [...serving].some((line) => line.startsWith(`${port} `)) ? `${port} serves` : `${port} does nothing`;
    })
    .toSorted();
}

test(
  'However a living Ingress changes, it is served all the time, ends as written, and leaves nothing.',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aWish, { minLength: 2, maxLength: 5 }), async ([first, ...others]) => {
        const world = new World();
        world.clb.firstHealth = 'Alive';
        world.cluster.putPod(aPod());
        world.cluster.putRelated({ kind: 'Service', namespace: 'shop', name: 'web' }, aBackendService());
        const secret = { certificateId: 'one', caCertificateId: undefined };
        world.cluster.putRelated({ kind: 'Secret', namespace: 'shop', name: 'cert' }, secret);
        if (first === undefined) return;
        world.cluster.ingresses.put(anIngress({ paths: [aPath({ host: 'a.com' })], ...asIngress(first) }));
        world.start();
        await until(() => standing(world).join() === wanted(first).join());
        let isServed = true;
        world.clb.before = () => {
          isServed &&= standing(world).some((line) => line.endsWith('serves'));
        };
        for (const wish of others) {
          world.cluster.ingresses.change(key, asIngress(wish));
          await until(() => standing(world).join() === wanted(wish).join());
        }
        expect(isServed).toBe(true);
        world.clb.before = () => undefined;
        world.cluster.ingresses.delete(key);
        await until(() => world.cluster.ingresses.get(key) === undefined);
        expect(world.clb.listenersOf(clbId)).toEqual([]);
        await passing(world.stop());
      }),
      { numRuns, seed: 2_026 },
    );
  },
  numRuns * 12_000,
);
