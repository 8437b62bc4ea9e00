import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { tagKey } from '../core/model/owned-balancer.ts';
import { aNewService, aPod, clbId, clusterId } from '../testing/builders.ts';
import { apiError, refused } from '../testing/fake-load-balancer.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
const made = 'lb-made1';
const denied = apiError('credentials', 'UnauthorizedOperation', 'not allowed');
const ofItsOwn = { existingLoadBalancer: undefined };
const service = () => world.cluster.service('shop/web');
const record = () => world.cluster.ownedRecord('uid-web');
const made1 = () => world.clb.balancers.get(made);
const ids = () => [...world.clb.balancers.keys()].filter((id) => id !== clbId);
const isOpen = () => world.cluster.gateOf('shop/web-1') === 'True LoadBalancerNetworkGroupReady';

beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
});
afterEach(async () => passing(world.stop()));

async function served(): Promise<void> {
  world.cluster.putService(aNewService(ofItsOwn));
  world.start();
  await until(() => isOpen() && service()?.ingress.join() === '198.51.100.1');
}

describe('a Service that names no CLB', () => {
  test('gets one of its own, with tags that say for whom, and serves there', async () => {
    await served();
    expect(ids()).toEqual([made]);
    expect(made1()?.about.tags).toEqual({
      [tagKey.cluster]: clusterId,
      [tagKey.owner]: 'uid-web',
      [tagKey.proof]: record()?.proof,
      [tagKey.name]: 'Service shop/web',
    });
    await until(() => service()?.shownInUse === made && service()?.condition?.status === 'True');
    expect(service()).toMatchObject({ hasFinalizer: true, recordedLoadBalancers: [made] });
    expect(world.cluster.said('LoadBalancerCreated')).toBe(1);
  });

  test('has its record and its finalizer before anything is asked for', async () => {
    const seen: unknown[] = [];
    world.clb.before = (action) => {
      if (action === 'createLoadBalancer') seen.push([service()?.hasFinalizer, typeof record()?.askedAtMs]);
    };
    await served();
    expect(seen).toEqual([[true, 'number']]);
  });

  test('takes its CLB along when it is deleted, after the listeners', async () => {
    await served();
    world.cluster.deleteService('shop/web');
    await until(() => service() === undefined);
    expect(ids()).toEqual([]);
    expect(record()).toBeUndefined();
    const order = world.clb.writes.filter(({ action }) => action.startsWith('delete')).map(({ action }) => action);
    expect(order).toEqual(['deleteListener', 'deleteLoadBalancer']);
  });

  test('gets it private in the subnet that it names, and what it asks for besides', async () => {
    const annotations = {
      [annotation.internalSubnet]: 'subnet-a1',
      [annotation.extensiveParameters]: '{"LoadBalancerName":"web","Tags":[{"TagKey":"team","TagValue":"shop"}]}',
    };
    world.cluster.putService(aNewService({ ...ofItsOwn, annotations }));
    world.start();
    await until(() => record()?.balancerId === made);
    expect(record()?.wish).toEqual({
      type: 'INTERNAL',
      name: 'shop_web',
      subnetId: 'subnet-a1',
      parameters: { LoadBalancerName: 'web' },
      tags: { team: 'shop' },
    });
  });

  test('waits for a CLB that takes its time, and says so', async () => {
    world.clb.makesAtOnce = false;
    world.cluster.putService(aNewService(ofItsOwn));
    world.start();
    await until(() => made1() !== undefined && service()?.condition?.reason === 'LoadBalancerCreating');
    await until(() => world.cluster.gateMessageOf('shop/web-1').includes('is being made'));
    expect(record()?.balancerId).toBeUndefined();
    const balancer = made1();
    if (balancer !== undefined) balancer.about = { ...balancer.about, usable: true };
    await until(() => isOpen());
    expect(ids()).toEqual([made]);
  });

  test('whose creation fails after it began is asked for anew, with another token', async () => {
    const tokens = new Set<string>();
    world.clb.fail = (action, token) => {
      if (action !== 'createLoadBalancer' || tokens.size > 1) return undefined;
      tokens.add(token);
      return tokens.size > 1 ? undefined : apiError('refused', 'TaskFailed', 'it failed');
    };
    world.cluster.putService(aNewService(ofItsOwn));
    world.start();
    await until(() => isOpen());
    expect([tokens.size, ids()]).toEqual([2, [made]]);
  });

  test('learns that the quota is used up, and gets its CLB when there is room', async () => {
    world.clb.mostBalancers = 1;
    world.cluster.putService(aNewService(ofItsOwn));
    world.start();
    await until(() => service()?.condition?.reason === 'QuotaReached');
    expect(record()?.askedAtMs).toBeUndefined();
    world.clb.mostBalancers = 2;
    await until(() => isOpen());
    expect(ids()).toEqual([made]);
  });

  test.each(['none', 'private'] as const)('learns that none may be made for it (%s)', async (kinds) => {
    world.cluster.putService(aNewService(ofItsOwn));
    world.start({ creation: { kinds, mostPerNamespace: 5 } });
    await until(() => service()?.condition?.reason === 'LoadBalancerNotNamed');
    await until(() => world.cluster.gateMessageOf('shop/web-1').includes('CREATE_LOAD_BALANCERS'));
    expect([ids(), record(), service()?.hasFinalizer]).toEqual([[], undefined, false]);
  });

  test.each<[string, () => void]>([
    ['goes', () => world.cluster.removeService('shop/web')],
    ['names one', () => world.cluster.changeService('shop/web', { existingLoadBalancer: clbId })],
  ])('leaves nothing in memory of why it had none, once it %s', async (_, end) => {
    world.cluster.putService(aNewService(ofItsOwn));
    world.start({ creation: { kinds: 'none', mostPerNamespace: 5 } });
    await until(() => service()?.condition?.reason === 'LoadBalancerNotNamed');
    end();
    await until(() => world.state?.all().some(({ id }) => id.includes('uid-web')) === false);
  });

  test('has its security groups before its first listener, and no listener while the CLB refuses them', async () => {
    const isSet = () => made1()?.about.settings.securityGroups?.join() === 'sg-a';
    world.clb.fail = (action) =>
      action === 'modifyLoadBalancer' ? refused('InvalidParameterValue', 'no sg-a') : undefined;
    world.cluster.putService(aNewService({ ...ofItsOwn, annotations: { [annotation.securityGroups]: 'sg-a' } }));
    world.start();
    await until(() => service()?.condition?.message.includes('no sg-a') === true);
    expect([world.clb.listenersOf(made), isOpen()]).toEqual([[], false]);
    world.clb.fail = () => undefined;
    await until(() => isOpen() && isSet());
    const order = world.clb.writes.map(({ action }) => action).filter((action) => /LoadB|Listeners/.test(action));
    expect(order.slice(0, 3)).toEqual(['createLoadBalancer', 'modifyLoadBalancer', 'createListeners']);
  });

  test('with a malformed annotation gets none, and learns what to write', async () => {
    const annotations = { [annotation.extensiveParameters]: '{"Number":20}' };
    world.cluster.putService(aNewService({ ...ofItsOwn, annotations }));
    world.start();
    await until(() => service()?.condition?.reason === 'AnnotationMalformed');
    expect([ids(), record()]).toEqual([[], undefined]);
  });
});

describe('CLBs of Services', () => {
  test('of one namespace are bounded, and its event says what to do', async () => {
    for (const name of ['web', 'api', 'blog']) world.cluster.putService(aNewService({ ...ofItsOwn, name }));
    world.cluster.putService(aNewService({ ...ofItsOwn, name: 'web', namespace: 'other', uid: 'uid-other' }));
    world.start({ creation: { kinds: 'any', mostPerNamespace: 2 } });
    await until(() => ids().length === 3 && world.cluster.said('LoadBalancerLimitReached') > 0);
    const owners = [...world.cluster.ownedBalancers()].map(({ owner }) => owner.namespace);
    expect(owners.toSorted()).toEqual(['other', 'shop', 'shop']);
  });

  test('count no more when they are gone: one comes after the other for ever', async () => {
    world.start({ creation: { kinds: 'any', mostPerNamespace: 2 } });
    for (const name of ['a', 'b', 'c', 'd']) {
      world.cluster.putService(aNewService({ ...ofItsOwn, name }));
      await until(() => ids().length === 1);
      world.cluster.deleteService(`shop/${name}`);
      await until(() => ids().length === 0 && world.cluster.service(`shop/${name}`) === undefined);
    }
    expect(world.cluster.said('LoadBalancerLimitReached')).toBe(0);
  });
});

describe('a CLB that was made for a Service', () => {
  beforeEach(async () => served());

  test('is found again by its tags when its record is lost, and is not deleted without that proof', async () => {
    await passing(world.stop());
    const lost = record();
    if (lost !== undefined) await world.cluster.ownedRecords.remove(lost, new AbortController().signal);
    world.start();
    await until(() => record()?.isFound === true && isOpen());
    expect(ids()).toEqual([made]);
    world.cluster.deleteService('shop/web');
    await until(() => service() === undefined);
    expect(ids()).toEqual([made]);
    expect(world.cluster.said('LoadBalancerKept')).toBe(1);
  });

  test.each<[string, string, () => void]>([
    ['is protected', 'deletion protection', () => protect(true)],
    ['has a listener of others', 'lbl-foreign', () => foreign(true)],
  ])('that %s holds its Service until that is over', async (_, text, guard) => {
    guard();
    world.cluster.deleteService('shop/web');
    await until(() => world.cluster.said('LoadBalancerNotDeleted') > 0);
    const event = world.cluster.announcements.find(({ reason }) => reason === 'LoadBalancerNotDeleted');
    expect(event?.message.toLowerCase()).toContain(text);
    expect(ids()).toEqual([made]);
    protect(false);
    foreign(false);
    await until(() => service() === undefined);
    expect(ids()).toEqual([]);
  });

  test.each(['TargetNumCheckRisk', 'TrafficCheckRisk', 'FrequencyCheckRisk'])(
    'that the cloud does not delete yet (%s) holds its Service, which says why, and is deleted later',
    async (guard) => {
      world.clb.fail = (action) =>
        action === 'deleteLoadBalancer' ? refused(`FailedOperation.${guard}`, `not now: ${guard}`) : undefined;
      world.cluster.deleteService('shop/web');
      await until(() => world.cluster.said('LoadBalancerNotDeleted') > 0);
      const event = world.cluster.announcements.find(({ reason }) => reason === 'LoadBalancerNotDeleted');
      expect(event?.message).toContain(`CLB ${made} is not deleted yet, and that is tried again: not now: ${guard}`);
      expect([ids(), service()?.ending]).toEqual([[made], true]);
      world.clb.fail = () => undefined;
      await until(() => service() === undefined);
      expect(ids()).toEqual([]);
    },
  );

  test.each([true, false])('passes to its targets as the Service says later (%s)', async (passToTarget) => {
    world.cluster.changeService('shop/web', { annotations: { [annotation.passToTarget]: String(passToTarget) } });
    await until(() => made1()?.about.settings.passToTarget === passToTarget);
  });

  test.each([[['sg-b', 'sg-a']], [[]]])('has the security groups that the Service names later (%j)', async (ids) => {
    await world.clb.modifyLoadBalancer(made, { securityGroups: ['sg-old'] }, new AbortController().signal);
    world.cluster.changeService('shop/web', { annotations: { [annotation.securityGroups]: ids.join() } });
    await until(() => made1()?.about.settings.securityGroups?.join() === ids.join());
  });

  test('stays in mode skip, and nobody has it any more', async () => {
    world.cluster.changeService('shop/web', { annotations: { [annotation.mode]: 'skip' } });
    world.cluster.deleteService('shop/web');
    await until(() => service() === undefined);
    expect([ids(), record()]).toEqual([[made], undefined]);
    expect([...world.cluster.leftBalancers()].map(({ balancerId }) => balancerId)).toEqual([made]);
    expect(world.cluster.said('LoadBalancerNotDeleted')).toBe(0);
  });

  test('stays while the Service cannot be read', async () => {
    world.cluster.changeService('shop/web', { existingLoadBalancer: 'my clb' });
    await until(() => service()?.condition?.reason === 'LoadBalancerIdMalformed');
    world.cluster.changeService('shop/web', { existingLoadBalancer: undefined });
    await until(() => service()?.condition?.status === 'True');
    expect(world.clb.writes.filter(({ action }) => action.startsWith('delete'))).toEqual([]);
  });

  test('carries on until an existing one carries, and is deleted then', async () => {
    world.clb.firstHealth = 'Unknown';
    world.cluster.changeService('shop/web', { existingLoadBalancer: clbId });
    await until(() => Object.keys(world.clb.picture(clbId)).length === 1);
    expect(service()?.ingress).toEqual(['198.51.100.1']);
    expect(world.clb.picture(made)).toEqual({ '80/10.0.0.1:8080': 10 });
    world.clb.setHealth('Alive');
    await until(() => ids().length === 0 && record() === undefined);
    expect(service()?.ingress).toEqual(['192.0.2.1']);
    expect(service()).toMatchObject({ shownInUse: clbId, hasFinalizer: true });
  });

  test('serves before the existing one is left', async () => {
    world.cluster.changeService('shop/web', { existingLoadBalancer: clbId });
    await until(() => ids().length === 0 && record() === undefined);
    world.clb.firstHealth = 'Unknown';
    world.cluster.changeService('shop/web', { existingLoadBalancer: undefined });
    await until(() => ids().length === 1 && Object.keys(world.clb.picture(ids()[0] ?? '')).length === 1);
    expect(world.clb.picture(clbId)).toEqual({ '80/10.0.0.1:8080': 10 });
    expect(service()?.ingress).toEqual(['192.0.2.1']);
    world.clb.setHealth('Alive');
    await until(() => service()?.ingress.join() === '198.51.100.2');
    await until(() => world.clb.listenersOf(clbId).length === 0);
  });

  test.each([refused('FailedOperation.TrafficCheckRisk', 'not now'), denied])(
    'is deleted in the end, although it is not shown for a moment while the cloud says: $message',
    async (error) => {
      world.clb.fail = (action) => (action === 'deleteLoadBalancer' ? error : undefined);
      world.cluster.deleteService('shop/web');
      await until(() => world.cluster.said('LoadBalancerNotDeleted') > 0);
      await unseenFor(1_000, made);
      world.clb.fail = () => undefined;
      await until(() => service() === undefined);
      expect(ids()).toEqual([]);
    },
  );

  test('and a second one are deleted, although the second is not shown for a moment', async () => {
    world.cluster.changeService('shop/web', { existingLoadBalancer: clbId });
    await until(() => ids().length === 0 && record() === undefined);
    world.cluster.changeService('shop/web', { existingLoadBalancer: undefined });
    await until(() => service()?.ingress.join() === '198.51.100.2');
    const [second = ''] = ids();
    protect(true, second);
    world.cluster.changeService('shop/web', { existingLoadBalancer: clbId });
    await until(() => world.cluster.said('LoadBalancerNotDeleted') > 0);
    await unseenFor(1_000, second);
    protect(false, second);
    await until(() => record() === undefined);
    expect(ids()).toEqual([]);
  });

  test('is made again when somebody has deleted it', async () => {
    await passing(world.stop());
    world.start({ absence: { seenBeforeMs: 30, neverSeenMs: 30 }, resyncMs: 30 });
    await until(() => service()?.condition?.status === 'True');
    world.clb.balancers.delete(made);
    await until(() => ids().length === 1 && service()?.ingress.join() === '198.51.100.2');
    expect(world.cluster.said('LoadBalancerNotFound')).toBeGreaterThan(0);
  });
});

function protect(deleteProtect: boolean, id = made): void {
  const balancer = world.clb.balancers.get(id);
  if (balancer === undefined) return;
  balancer.about = { ...balancer.about, settings: { ...balancer.about.settings, deleteProtect } };
}

function foreign(isThere: boolean): void {
  if (isThere) world.clb.addListener(made, { id: 'lbl-foreign', name: 'by hand', protocol: 'TCP', port: 443 });
  else made1()?.listeners.delete('lbl-foreign');
}

/** As while a CAM policy hides it. */
async function unseenFor(ms: number, id: string): Promise<void> {
  const { balancers } = world.clb;
  const balancer = balancers.get(id);
  balancers.delete(id);
  await passMs(ms);
  if (balancer !== undefined) balancers.set(id, balancer);
}
