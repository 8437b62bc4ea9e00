import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ownedTimes } from './owned-context.ts';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { refused } from '../testing/fake-load-balancer.ts';
import { anIngress, aPath, directAccess } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { worldWithBackend, type World } from '../testing/world.ts';

/** The cloud says that a CLB which was made for an owner does not exist: a wrong REGION, or a CAM policy. */
inVirtualTime();

let world: World;
beforeEach(() => {
  world = worldWithBackend();
});
afterEach(async () => passing(world.stop()));

const made = 'lb-made1';
const minutes = 60_000;
/** With the times of a real controller: much time passes here. */
const start = () => world.start({ ownedTimes, recheckMs: 1_000 });
const ids = () => [...world.clb.balancers.keys()].filter((id) => id !== clbId);
const lines = () => (world.clb.balancers.has(made) ? Object.keys(world.clb.picture(made)) : []);
const roll = () => world.cluster.putPod(aPod({ name: 'web-2', uid: 'uid-web-2', ip: '10.0.0.2' }));

const owners = {
  'an Ingress': {
    put: () => world.cluster.ingresses.put(anIngress({ annotations: directAccess, paths: [aPath({ host: 'a.com' })] })),
    delete: () => world.cluster.ingresses.delete('shop/site'),
    place: '80 a.com//',
  },
  'a Service': {
    put: () => world.cluster.putService(aNewService({ existingLoadBalancer: undefined })),
    delete: () => world.cluster.deleteService('shop/web'),
    place: '80/',
  },
} as const;

async function hiddenFor(ms: number): Promise<void> {
  const hidden = world.clb.balancers.get(made);
  world.clb.balancers.delete(made);
  world.clb.fail = (action) =>
    action === 'createLoadBalancer' ? refused('InvalidParameterValue', 'no such VPC') : undefined;
  await passMs(ms);
  if (hidden !== undefined) world.clb.balancers.set(made, hidden);
  await passMs(5 * minutes);
}

describe.each(Object.entries(owners))('The CLB of %s that is hidden', (_, owner) => {
  const isServed = (ip: string) => lines().includes(`${owner.place}${ip}:8080`);
  beforeEach(async () => {
    owner.put();
    start();
    await until(() => isServed('10.0.0.1'));
    await passMs(1_000);
  });

  test.each([3, 15])('for %i minutes is its own again, and goes with it.', async (count) => {
    await hiddenFor(count * minutes);
    roll();
    await until(() => isServed('10.0.0.2'));
    expect([world.cluster.said('RuleConflict'), world.cluster.said('RuleByHand')]).toEqual([0, 0]);
    owner.delete();
    await until(() => ids().length === 0);
    expect(world.cluster.said('LoadBalancerKept')).toBe(0);
  });

  test('across a restart is its own again, and goes with it.', async () => {
    await passing(world.stop());
    const hidden = world.clb.balancers.get(made);
    world.clb.balancers.delete(made);
    world.clb.fail = (action) =>
      action === 'createLoadBalancer' ? refused('ResourceInsufficient', 'none') : undefined;
    start();
    await passMs(30 * minutes);
    await passing(world.stop());
    if (hidden !== undefined) world.clb.balancers.set(made, hidden);
    start();
    await passMs(5 * minutes);
    roll();
    await until(() => isServed('10.0.0.2'));
    owner.delete();
    await until(() => ids().length === 0);
  });

  test('is let go of when another one is made.', async () => {
    const hidden = world.clb.balancers.get(made);
    world.clb.balancers.delete(made);
    await passMs(5 * minutes);
    await until(() => ids().includes('lb-made2') && Object.keys(world.clb.picture('lb-made2')).length === 1);
    await passMs(15 * minutes);
    if (hidden !== undefined) world.clb.balancers.set(made, hidden);
    await passMs(5 * minutes);
    expect([...world.cluster.ownedBalancers()].map(({ balancerId, former }) => [balancerId, former])).toEqual([
      ['lb-made2', undefined],
    ]);
    expect(world.cluster.recordOf(made)).toBeUndefined();
  });
});

test.each(['lives', 'is deleted'])(
  'Of one that comes back and another one that is made meanwhile the other one goes: its owner %s.',
  async (what) => {
    owners['a Service'].put();
    start();
    await until(() => lines().length > 0);
    const hidden = world.clb.balancers.get(made);
    world.clb.balancers.delete(made);
    world.clb.makesAtOnce = false;
    await until(() => ids().includes('lb-made2'), 5 * minutes);
    if (hidden !== undefined) world.clb.balancers.set(made, hidden);
    await passMs(1_000);
    if (what === 'is deleted') owners['a Service'].delete();
    await passMs(0.5 * minutes);
    const next = world.clb.balancers.get('lb-made2');
    if (next !== undefined) next.about = { ...next.about, usable: true };
    await until(() => !ids().includes('lb-made2'), 5 * minutes);
    await until(() => ids().length === (what === 'lives' ? 1 : 0), minutes);
    expect([...world.cluster.ownedBalancers()].map(({ balancerId }) => balancerId)).toEqual(ids());
  },
);
