import { expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { tkeListener } from '../core/model/adoption.ts';
import { aPod, clbId, clusterId } from '../testing/builders.ts';
import { aBackendService, anIngress, aPath } from '../testing/ingress-builders.ts';
import { TkeWorld } from '../testing/tke-world.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';

inVirtualTime();

const numRuns = 15;
const actions = ['modifyListener', 'createRules', 'register', 'setWeight', 'deregister'] as const;
const tags = { 'tke-createdBy-flag': 'yes', 'tke-lb-ingress-uuid': 'uid-site' };

const rule = fc.record({ stands: fc.boolean(), nodes: fc.subarray([1, 2]), pods: fc.subarray([1, 2, 3]) });

const scene = fc.record({
  isProven: fc.boolean(),
  /** "/a", "/b" and "/c"; the Ingress wants the first two. */
  rules: fc.tuple(rule, rule, rule),
  /** The writes after which the controller dies, and the kind whose answers are lost until then. */
  deaths: fc.array(fc.nat({ max: 3 }), { maxLength: 3 }),
  lost: fc.option(fc.constantFrom(...actions)),
});

type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

const urls = ['/a', '/b', '/c'];

function worldOf({ isProven, rules }: Scene): TkeWorld {
  const world = new TkeWorld({ ...tags, 'tke-clusterId': isProven ? clusterId : 'cls-other' });
  const standing = urls.filter((_, index) => rules[index]?.stands === true);
  const made = standing.map((url) => ({ locationId: `loc${url.slice(1)}`, domain: 'a.com', url, settings: {} }));
  world.clb.addListener(clbId, { id: 'lbl-tke-80', name: tkeListener, protocol: 'HTTP', port: 80, rules: made });
  for (const url of standing) {
    const { nodes = [], pods = [] } = rules[urls.indexOf(url)] ?? {};
    world.addNodeTargets(80, nodes, `loc${url.slice(1)}`);
    world.addDirectTargets(80, pods, `loc${url.slice(1)}`);
  }
  for (const number of [1, 2]) world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` }));
  world.cluster.putRelated({ kind: 'Service', namespace: 'shop', name: 'web' }, aBackendService());
  const asked = { [annotation.managed]: 'true', [annotation.adopt]: clbId, [ingressAnnotation.tkeMode]: 'skip' };
  const paths = ['/a', '/b'].map((path) => aPath({ host: 'a.com', path }));
  world.cluster.ingresses.put(anIngress({ annotations: asked, paths }));
  return world;
}

async function diesAfter(writes: number, world: TkeWorld): Promise<void> {
  const before = world.clb.writes.length;
  world.start({ resyncMs: 20 });
  for (let part = 0; part < 200 && world.clb.writes.length <= before + writes; part += 1) await passMs(1);
  await passing(world.stop());
}

/** By rule: what stands there; undefined: there is no such rule. */
function seen(world: TkeWorld) {
  const [listener] = world.clb.listenersOf(clbId);
  const all = Object.entries(world.clb.picture(clbId));
  return {
    name: listener?.name,
    rules: urls.map((url) => {
      const stands = listener?.rules.some((one) => one.url === url) === true;
      return stands ? all.filter(([line]) => line.startsWith(`80 a.com${url}/`)) : undefined;
    }),
  };
}

/** In the end the pods alone are at what is adopted, and everything else is as it was. */
function expected(one: Scene) {
  const before = seen(worldOf(one));
  if (!one.isProven) return before;
  const rules = before.rules.map((targets, index) => {
    return index === 2 ? targets : [1, 2].map((pod) => [`80 a.com${urls[index] ?? ''}/10.0.0.${pod}:8080`, 10]);
  });
  return { name: `clb-direct_${clusterId}_shared`, rules };
}

test('Wherever the controller dies, proven rules of an Ingress are adopted, and nothing else.', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async (one) => {
      const world = worldOf(one);
      const wanted = JSON.stringify(expected(one));
      world.watchPlaces();
      // What is registered while the controller dies is not Alive before it lives on.
      world.clb.firstHealth = 'Unknown';
      world.clb.loseAnswer = (action) => action === one.lost;
      for (const writes of one.deaths) await diesAfter(writes, world);
      world.clb.loseAnswer = () => false;
      world.start({ resyncMs: 20 });
      await passMs(300);
      world.clb.firstHealth = 'Alive';
      world.clb.setHealth('Alive');
      await until(() => JSON.stringify(seen(world)) === wanted);
      await passMs(500);
      expect(JSON.stringify(seen(world))).toBe(wanted);
      expect(world.emptied).toEqual([]);
      await passing(world.stop());
    }),
    { numRuns, seed: 2_026 },
  );
}, 60_000);
