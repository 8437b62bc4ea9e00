import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { CloudError } from '../core/model/cloud-error.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { apiError, refused } from '../testing/fake-load-balancer.ts';
import { aNewService, aPod, clbId, clusterId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

const made = 'lb-made1';
const office = '192.0.2.0/24';
const unreadable = ['everybody', '0.0.0.0/8'];
let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
});
afterEach(async () => passing(world.stop()));

const groups = () => world.clb.securityGroups;
const bound = () => world.clb.balancers.get(made)?.about.settings.securityGroups ?? [];
const put = (overrides: Partial<ServiceFacts> = {}) =>
  world.cluster.putService(
    aNewService({ existingLoadBalancer: undefined, loadBalancerSourceRanges: [office], ...overrides }),
  );
const change = (change: Partial<ServiceFacts>) => world.cluster.changeService('shop/web', change);
const isServed = () => Object.keys(world.clb.balancers.has(made) ? world.clb.picture(made) : {}).length > 0;
const served = async () => until(() => isServed() && bound().join() === 'sg-1');
const start = (overrides: Parameters<World['start']>[0] = {}) => world.start({ resyncMs: 2_000, ...overrides });
const condition = () => world.cluster.service('shop/web')?.condition;
const reasons = () => world.cluster.announcements.map(({ reason }) => reason);
const actions = () =>
  world.clb.writes.map(({ action }) => action).filter((action) => /LoadBalancer|Listeners/.test(action));

describe('the source ranges of a Service with a CLB of its own', () => {
  test('are a security group of ours, which the CLB has before its first listener', async () => {
    put({ loadBalancerSourceRanges: [office, '10.1.2.3/8'] });
    start();
    await served();
    expect(groups().contentOf('sg-1')).toBe('ACCEPT ALL ALL 10.0.0.0/8\nACCEPT ALL ALL 192.0.2.0/24');
    expect(groups().stored.get('sg-1')).toMatchObject({ clusterId, ownerUid: 'uid-web' });
    expect(actions().slice(0, 3)).toEqual(['createLoadBalancer', 'modifyLoadBalancer', 'createListeners']);
    await passMs(5_000);
    expect(groups().writes).toEqual(['create sg-1']);
  });

  test('change in the group that stands, at once, and the CLB keeps it', async () => {
    put();
    start();
    await served();
    change({ loadBalancerSourceRanges: ['198.51.100.0/24'] });
    await until(() => groups().contentOf('sg-1') === 'ACCEPT ALL ALL 198.51.100.0/24');
    expect([groups().writes, bound()]).toEqual([['create sg-1', 'set sg-1'], ['sg-1']]);
  });

  test('let clients reach the old port for as long as it serves, and the new one as soon as it does', async () => {
    put();
    start();
    await served();
    const [port] = world.cluster.service('shop/web')?.ports ?? [];
    if (port === undefined) throw new Error('the Service has a port');
    change({ ports: [{ ...port, port: 81 }] });
    await until(() => Object.keys(world.clb.picture(made)).some((place) => place.includes('81')));
    await passMs(5_000);
    expect([groups().contentOf('sg-1'), groups().writes]).toEqual([`ACCEPT ALL ALL ${office}`, ['create sg-1']]);
  });

  test('that are removed take the group off the CLB, and it is deleted', async () => {
    put();
    start();
    await served();
    change({ loadBalancerSourceRanges: [] });
    await until(() => groups().ids.length === 0);
    expect([bound(), isServed(), groups().writes]).toEqual([[], true, ['create sg-1', 'delete sg-1']]);
  });

  test('that were removed while no controller ran take it off too', async () => {
    put();
    start();
    await served();
    await passing(world.stop());
    change({ loadBalancerSourceRanges: [] });
    start();
    await until(() => groups().ids.length === 0);
    expect(bound()).toEqual([]);
  });

  test('take their group along when the Service goes', async () => {
    put();
    start();
    await served();
    world.cluster.deleteService('shop/web');
    await until(() => groups().ids.length === 0);
    expect([world.clb.balancers.has(made), world.cluster.service('shop/web')]).toEqual([false, undefined]);
  });

  test('cost a controller that starts no write', async () => {
    put();
    start();
    await served();
    await passing(world.stop());
    const before = [groups().writes.length, world.clb.writes.length];
    start();
    await passMs(10_000);
    expect([groups().writes.length, world.clb.writes.length]).toEqual(before);
  });

  test('are not looked at for any other change of the Service', async () => {
    put();
    start({ resyncMs: 60_000 });
    await served();
    await passMs(500);
    let calls = 0;
    groups().fail = () => {
      calls += 1;
      return undefined;
    };
    for (const healthCheck of ['off', 'on', 'off']) {
      change({ annotations: { [annotation.healthCheck]: healthCheck } });
      await passMs(500);
    }
    expect(calls).toBe(0);
    change({ loadBalancerSourceRanges: ['198.51.100.0/24'] });
    await until(() => calls > 0);
  });

  test('are found again when the answer to the creation is lost', async () => {
    let isLost = false;
    groups().loseAnswer = () => !isLost && (isLost = true);
    put();
    start();
    await served();
    expect(groups().ids).toEqual(['sg-1']);
  });

  test('have one group, if several stand for them', async () => {
    put();
    start();
    await served();
    const group = groups().stored.get('sg-1');
    if (group === undefined) throw new Error('it was made');
    groups().stored.set('sg-0', { ...group, id: 'sg-0' });
    await until(() => groups().ids.join() === 'sg-1');
    expect(bound()).toEqual(['sg-1']);
  });

  test('make another group when somebody deletes it', async () => {
    put();
    start();
    await served();
    groups().stored.delete('sg-1');
    await until(() => bound().join() === 'sg-2', 200_000);
  });

  test('are again as the Service says when somebody changes the group, and the Service is told', async () => {
    put();
    start();
    await served();
    groups().change('sg-1', [{ action: 'ACCEPT', protocol: 'ALL', port: 'ALL', cidr: '0.0.0.0/0' }]);
    await until(() => groups().contentOf('sg-1') === `ACCEPT ALL ALL ${office}`);
    await until(() => reasons().includes('SourceRangesRestored'));
  });

  test('get no listener, if none can be read, and the Service learns which and why', async () => {
    put({ loadBalancerSourceRanges: unreadable });
    start();
    await until(() => condition()?.reason === 'SourceRangeMalformed');
    await passMs(5_000);
    expect([world.clb.listenersOf(made), bound(), groups().writes]).toEqual([[], [], []]);
    const told = world.cluster.announcements.filter(({ reason }) => reason === 'SourceRangeMalformed');
    expect(told.map(({ message }) => message.split(':')[0])).toEqual([
      'Correct spec.loadBalancerSourceRanges[0] ("everybody")',
      'Correct spec.loadBalancerSourceRanges[1] ("0.0.0.0/8")',
    ]);
    change({ loadBalancerSourceRanges: [office] });
    await served();
  });

  test.each([
    ['with a group', [office], ['sg-1']],
    ['open to all', [], []],
  ])('stay as they were for a CLB that serves, %s, if none can be read any more', async (_, before, groupsBefore) => {
    put({ loadBalancerSourceRanges: before });
    start();
    await until(() => isServed() && bound().join() === groupsBefore.join());
    const writes = groups().writes.length;
    change({ loadBalancerSourceRanges: unreadable });
    await until(() => reasons().includes('SourceRangeMalformed'));
    world.cluster.putPod(aPod({ name: 'web-2', uid: 'uid-web-2', ip: '10.0.0.2' }));
    await until(() => Object.keys(world.clb.picture(made)).length === 2);
    await passMs(60_000);
    expect([bound(), groups().writes.length]).toEqual([groupsBefore, writes]);
  });
});

describe('no group is made', () => {
  test('where no CLB may be made', async () => {
    put();
    start({ creation: { kinds: 'none', mostPerNamespace: 5 } });
    await until(() => condition()?.reason === 'LoadBalancerNotNamed');
    await passMs(5_000);
    expect(groups().writes).toEqual([]);
  });

  test('for more Services than a namespace may have CLBs', async () => {
    const names = Array.from({ length: 8 }, (_, at) => `web-${at}`);
    for (const name of names) put({ name, uid: `uid-${name}` });
    start({ creation: { kinds: 'any', mostPerNamespace: 2 } });
    await until(() => groups().ids.length === 2);
    await passMs(60_000);
    expect(groups().writes).toEqual(['create sg-1', 'create sg-2']);
  });

  test('before the CLB is there, and no listener before the group', async () => {
    world.clb.fail = (action) => (action === 'createLoadBalancer' ? refused('InvalidParameterValue', 'no') : undefined);
    put();
    start();
    await passMs(5_000);
    expect(groups().writes).toEqual([]);
    world.clb.fail = () => undefined;
    await until(() => isServed() && bound().join() === 'sg-1', 600_000);
    expect(actions().slice(0, 3)).toEqual(['createLoadBalancer', 'modifyLoadBalancer', 'createListeners']);
  });
});

describe('a CLB', () => {
  test('has no listener while its group is refused, and the Service says why', async () => {
    const no = new CloudError('the account has no more groups.', { kind: 'quota', code: 'LimitExceeded', action: 'x' });
    groups().fail = (action) => (action === 'createSecurityGroup' ? no : undefined);
    put();
    start();
    await until(() => condition()?.reason === 'SourceRangesNotApplied');
    expect(condition()?.message).toContain('the account has no more groups.');
    expect(world.clb.listenersOf(made)).toEqual([]);
    groups().fail = () => undefined;
    await until(() => isServed() && bound().length === 1, 600_000);
  });

  test('goes on as it is where ranges come later and cannot be applied, with a warning', async () => {
    put({ loadBalancerSourceRanges: [] });
    start();
    await until(isServed);
    groups().fail = () => refused('UnauthorizedOperation', 'not allowed');
    change({ loadBalancerSourceRanges: [office] });
    await until(() => reasons().includes('SourceRangesNotApplied'));
    expect([isServed(), bound()]).toEqual([true, []]);
    groups().fail = () => undefined;
    await until(() => bound().length === 1, 600_000);
  });

  test('is as it should be while the API is away', async () => {
    put();
    start();
    await served();
    groups().fail = () => apiError('transient', 'InternalError', 'an internal error');
    await passMs(10_000);
    await passing(world.stop());
    start();
    await passMs(10_000);
    expect([condition()?.status, isServed(), bound()]).toEqual(['True', true, ['sg-1']]);
    groups().fail = () => undefined;
    change({ loadBalancerSourceRanges: ['198.51.100.0/24'] });
    await until(() => groups().contentOf('sg-1') === 'ACCEPT ALL ALL 198.51.100.0/24', 600_000);
  });

  test('keeps who may come, and says so, when a change is refused', async () => {
    put();
    start();
    await served();
    groups().fail = (action) => (action === 'setSecurityPolicies' ? refused('InvalidParameterValue', 'no') : undefined);
    change({ loadBalancerSourceRanges: ['198.51.100.0/24'] });
    await until(() => condition()?.reason === 'SourceRangesNotApplied');
    expect([groups().contentOf('sg-1'), isServed(), bound()]).toEqual([`ACCEPT ALL ALL ${office}`, true, ['sg-1']]);
    groups().fail = () => undefined;
    await until(() => condition()?.status === 'True', 600_000);
  });

  test.each([
    ['still', refused('UnauthorizedOperation', 'not allowed')],
    ['no longer', undefined],
  ])('is not called wrong once its Service asks again for what stands, where the API %s fails', async (_, error) => {
    put();
    start({ resyncMs: 3_600_000 });
    await served();
    groups().fail = () => refused('UnauthorizedOperation', 'not allowed');
    change({ loadBalancerSourceRanges: ['198.51.100.0/24'] });
    await until(() => condition()?.reason === 'SourceRangesNotApplied');
    groups().fail = () => error;
    change({ loadBalancerSourceRanges: [office] });
    await until(() => condition()?.status === 'True');
    expect([groups().writes, bound()]).toEqual([['create sg-1'], ['sg-1']]);
  });

  test('that exists keeps who may come, and the Service is told', async () => {
    put({ existingLoadBalancer: clbId });
    start();
    await until(() => reasons().includes('FieldWithoutEffect'));
    await passMs(500);
    expect([groups().writes, world.clb.balancers.get(clbId)?.about.settings.securityGroups]).toEqual([[], undefined]);
  });

  test('has the groups that the annotation names, and the ranges are told to count for nothing', async () => {
    put();
    start();
    await served();
    change({ annotations: { [annotation.securityGroups]: 'sg-named' } });
    await until(() => bound().join() === 'sg-named' && groups().ids.length === 0);
    expect(reasons()).toContain('FieldWithoutEffect');
  });

  test('keeps groups that a person bound where no ranges are', async () => {
    put({ loadBalancerSourceRanges: [] });
    start();
    await until(isServed);
    await world.clb.modifyLoadBalancer(made, { securityGroups: ['sg-hand'] }, new AbortController().signal);
    groups().stored.set('sg-left', { id: 'sg-left', ownerUid: 'uid-web', clusterId, policies: [] });
    await passing(world.stop());
    start();
    await until(() => groups().ids.length === 0);
    expect(bound()).toEqual(['sg-hand']);
  });
});

test('Where no Service has ranges, nobody needs the rights, and groups of other clusters stay.', async () => {
  groups().stored.set('sg-x', { id: 'sg-x', ownerUid: 'uid-x', clusterId: 'another', policies: [] });
  groups().fail = () => refused('UnauthorizedOperation', 'not allowed');
  put({ loadBalancerSourceRanges: [] });
  start();
  await until(isServed);
  expect([groups().ids, reasons().filter((one) => one.startsWith('Source'))]).toEqual([['sg-x'], []]);
});
