import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { clbId } from '../testing/builders.ts';
import { anIngress, aPath } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { worldWithBackend, type World } from '../testing/world.ts';

/** Whose a rule is that stands where an Ingress wants one: its own, or that of the person who made it. */
inVirtualTime();

let world: World;
beforeEach(() => {
  world = worldWithBackend();
});
afterEach(async () => passing(world.stop()));

type Host = 'a.com' | 'b.com';
const nameOf = (host: Host) => host.slice(0, 1);
const put = (...all: readonly Host[]) => {
  for (const host of all) {
    const paths = [aPath({ host })];
    world.cluster.ingresses.put(anIngress({ name: nameOf(host), uid: `uid-${nameOf(host)}`, paths }));
  }
};
const rules = () => world.clb.listenersOf(clbId)[0]?.rules ?? [];
const served = () => Object.keys(world.clb.picture(clbId)).map((line) => line.slice(3, 8));
const areServed = (...all: readonly Host[]) => all.every((host) => served().includes(host));
const start = () => world.start({ resyncMs: 300 });
const told = () => ['RuleByHand', 'RuleConflict'].map((reason) => world.cluster.said(reason));
const isGone = (host: Host) => world.cluster.ingresses.get(`shop/${nameOf(host)}`) === undefined;

/** All that we made goes with its Ingresses. */
async function goes(): Promise<void> {
  for (const host of ['a.com', 'b.com'] as const) world.cluster.ingresses.delete(`shop/${nameOf(host)}`);
  await until(() => isGone('a.com') && isGone('b.com') && world.clb.listenersOf(clbId).length === 0);
}

test('The rule of a person is a conflict for a new Ingress from its first record on, and stays as it is.', async () => {
  put('a.com');
  start();
  await until(() => areServed('a.com'));
  const found = world.clb.listenersOf(clbId)[0];
  const byHand = { locationId: 'loc-hand', domain: 'b.com', url: '/', settings: {} };
  if (found !== undefined) world.clb.addListener(clbId, { ...found, rules: [...found.rules, byHand] });
  await until(() => world.cluster.said('RuleByHand') > 0);
  put('b.com');
  await until(() => world.cluster.said('RuleConflict') > 0);
  await passMs(2_000);
  expect(served()).toEqual(['a.com']);
  expect(rules()).toContainEqual(byHand);
});

describe('a rule that we made is our own', () => {
  const moments = [0, 2, 4, 6, 8, 10, 14, 20, 30, 60];

  test.each(moments)('when the controller dies %d ms after its Ingress came', async (ms) => {
    put('a.com');
    start();
    await until(() => areServed('a.com'));
    world.clb.loseAnswer = (action) => action === 'createRules';
    put('b.com');
    await passMs(ms);
    await passing(world.stop());
    world.clb.loseAnswer = () => false;
    start();
    await until(() => areServed('a.com', 'b.com'));
    await passMs(1_000);
    expect(told()).toEqual([0, 0]);
    await goes();
  });

  test('when the Ingress that left it in mode skip comes back', async () => {
    put('a.com', 'b.com');
    start();
    await until(() => areServed('a.com', 'b.com'));
    const { annotations = {} } = world.cluster.ingresses.get('shop/b') ?? {};
    const skipped = { ...annotations, [annotation.mode]: 'skip' };
    world.cluster.ingresses.change('shop/b', { annotations: skipped });
    await passMs(1_000);
    world.cluster.ingresses.change('shop/b', { annotations: { ...skipped, [annotation.managed]: 'false' } });
    await until(() => world.cluster.recordOf(clbId)?.owners.some(({ name }) => name === 'b') === false);
    await passMs(1_000);
    const { length } = world.clb.writes;
    world.cluster.ingresses.change('shop/b', { annotations });
    await until(() => world.cluster.recordOf(clbId)?.owners.some(({ name }) => name === 'b') === true);
    await passMs(1_000);
    expect(world.cluster.said('RuleConflict')).toBe(0);
    expect(world.clb.writes.slice(length)).toEqual([]);
    await goes();
  });

  const losses = {
    'all that was recorded': () => world.cluster.putRecord(clbId, []),
    'one entry': () => {
      const owners = world.cluster.recordOf(clbId)?.owners ?? [];
      world.cluster.putRecord(
        clbId,
        owners.filter(({ name }) => name === 'a'),
      );
    },
    'records and finalizers, as by an uninstall': () => {
      world.cluster.putRecord(clbId, []);
      world.cluster.marked.clear();
      for (const name of ['shop/a', 'shop/b']) world.cluster.ingresses.change(name, { hasFinalizer: false });
    },
  };
  test.each(Object.entries(losses))('after %s was lost', async (_, lose) => {
    put('a.com', 'b.com');
    start();
    await until(() => areServed('a.com', 'b.com'));
    await passMs(1_000);
    await passing(world.stop());
    lose();
    start();
    await passMs(2_000);
    expect(told()).toEqual([0, 0]);
    expect(world.cluster.recordOf(clbId)?.owners.map(({ rules: own = [] }) => own.length)).not.toContain(0);
    await goes();
  });
});
