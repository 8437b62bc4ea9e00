import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { tagKey } from '../core/model/owned-balancer.ts';
import { listenerName } from '../core/plan/listener-name.ts';
import { aNewService, aPod, clbId, clusterId } from '../testing/builders.ts';
import { inVirtualTime, passesUntil, passing, passMs } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
const tags = { [tagKey.cluster]: clusterId, [tagKey.owner]: 'uid-gone' };
const ofNobody = { id: 'lbl-lost', name: listenerName(clusterId, 'uid-gone'), protocol: 'TCP', port: 9 };
const ofOthers = { id: 'lbl-team', name: 'made-by-terraform', protocol: 'TCP', port: 10 };

let logged = '';
const destination = { write: (line: string) => void (logged += line) };
const log = createLogger({ program: 'test', level: 'info', destination });
const [done, left] = ['the sweep was told to delete this, and it is done', 'the sweep leaves a'];

beforeEach(() => {
  logged = '';
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.clb.addLoadBalancer('lb-lost', { tags });
  world.clb.addListener('lb-lost', ofNobody);
  world.clb.addListener(clbId, { ...ofNobody, id: 'lbl-gone' });
  world.clb.addListener(clbId, ofOthers);
  world.cluster.putService(aNewService());
  world.cluster.putPod(aPod());
});
afterEach(async () => passing(world.stop()));

const all = { loadBalancers: 1, listeners: 2 };
const isSwept = () => JSON.stringify(world.unneeded) === JSON.stringify(all);
const listenersOf = (id: string) => world.clb.listenersOf(id).map((one) => one.id);
const served = () => expect(world.cluster.gateOf('shop/web-1')).toMatch(/^True/);

/** Starts with these to delete, and waits for the first sweep. */
async function sweep(...sweepDeletes: readonly string[]): Promise<void> {
  world.start({ sweepDeletes, log });
  await passesUntil(isSwept, 400_000, 1_000);
  await passMs(10_000);
}

describe('the sweep', () => {
  test('counts what nobody needs, and leaves it alone', async () => {
    await sweep();
    expect([...world.clb.balancers.keys()]).toEqual([clbId, 'lb-lost']);
    expect(listenersOf(clbId)).toEqual(expect.arrayContaining(['lbl-gone', 'lbl-team']));
    served();
  });

  test('deletes what it is told to, with the listeners of this cluster', async () => {
    await sweep('lb-lost', `${clbId}/lbl-gone`);
    expect([...world.clb.balancers.keys()]).toEqual([clbId]);
    expect(listenersOf(clbId)).toContain('lbl-team');
    expect(listenersOf(clbId)).not.toContain('lbl-gone');
    expect(logged.split(done)).toHaveLength(3);
    served();
  });

  test('deletes nothing that somebody needs, or that others made, whatever it is told', async () => {
    await sweep(clbId, `${clbId}/lbl-team`, ...listenersOf(clbId).map((id) => `${clbId}/${id}-x`), 'lb-nowhere');
    expect([...world.clb.balancers.keys()]).toEqual([clbId, 'lb-lost']);
    expect(listenersOf(clbId)).toEqual(expect.arrayContaining(['lbl-gone', 'lbl-team']));
    const own = world.clb.listenersOf(clbId).find(({ port }) => port === 80);
    await passing(world.stop());
    await sweep(`${clbId}/${own?.id ?? ''}`);
    expect(listenersOf(clbId)).toContain(own?.id);
    served();
  });

  test.each<[string, () => void]>([
    ['has listeners of others', () => world.clb.addListener('lb-lost', ofOthers)],
    ['is protected', () => world.clb.addLoadBalancer('lb-lost', { tags, settings: { deleteProtect: true } })],
  ])('leaves a CLB that %s, and says no more than that', async (_, happens) => {
    happens();
    world.start({ sweepDeletes: ['lb-lost'], log });
    await passMs(400_000);
    expect([...world.clb.balancers.keys()]).toContain('lb-lost');
    expect(logged).toContain(left);
    expect(logged).not.toContain(done);
  });

  test('deletes a listener for rules that has none, and no other', async () => {
    const shared = { name: listenerName(clusterId, 'shared'), protocol: 'HTTP' };
    const rules = [{ locationId: 'loc-a', domain: 'a.com', url: '/', settings: {} }];
    world.clb.addListener('lb-lost', { ...shared, id: 'lbl-empty', port: 80 });
    world.clb.addListener('lb-lost', { ...shared, id: 'lbl-ruled', port: 81, rules });
    world.start({ sweepDeletes: ['lb-lost/lbl-empty', 'lb-lost/lbl-ruled'] });
    await passMs(400_000);
    expect(listenersOf('lb-lost')).toEqual(['lbl-lost', 'lbl-ruled']);
  });

  test('goes on with the other CLBs when one cannot be read', async () => {
    world.clb.addLoadBalancer('lb-broken');
    world.clb.fail = (action, id) =>
      action === 'describeListeners' && id === 'lb-broken' ? new Error('no') : undefined;
    await sweep('lb-lost');
    expect([...world.clb.balancers.keys()]).not.toContain('lb-lost');
  });
});
