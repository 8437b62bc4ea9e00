import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { describePlace } from '../core/model/place.ts';
import type { Certificates } from '../core/model/settings.ts';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { apiError } from '../testing/fake-load-balancer.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World, forEveryone } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
  putSecret('unknown');
  const why = (certificates: Certificates | undefined) =>
    certificates?.ids.includes('unknown') === true
      ? apiError('refused', 'InvalidParameterValue', 'certificate unknown does not exist')
      : undefined;
  world.clb.refuseListener = ({ settings }) => why(settings.certificates);
  world.clb.refuseRule = ({ settings }) => why(settings.certificates);
});
afterEach(async () => passing(world.stop()));

const key = 'shop/web';
const annotations = (spec: unknown) => {
  return { 'service.cloud.tencent.com/specify-protocol': JSON.stringify({ 443: spec }) };
};
const specify = (spec: unknown) => world.cluster.changeService(key, { annotations: annotations(spec) });
const putSecret = (certificateId: string) =>
  world.cluster.putRelated(
    { kind: 'Secret', namespace: 'shop', name: 'cert' },
    { certificateId, caCertificateId: undefined },
  );
const picture = () => Object.entries(world.clb.picture(clbId)).map(([line, weight]) => `${line} ${weight}`);
const protocols = () => world.clb.listenersOf(clbId).map(({ protocol }) => protocol);
const writes = () => world.clb.writes.map(({ action }) => action);
const tls = { protocol: ['TCP_SSL'], tls: 'cert' };
/** A few looks go by, and nothing may come of them. */
const looksPass = async () => passMs(200);

/** One pod is served by a listener or rule as the annotation says. */
async function serving(spec: unknown, more: Parameters<World['start']>[0] = {}): Promise<void> {
  world.cluster.putService(aNewService({ ports: [aPort({ port: 443 })], annotations: annotations(spec) }));
  world.start(more);
  await until(() => world.cluster.gateOf('shop/web-1').startsWith('True'));
}

describe('on a CLB that has no room for one more, a listener that goes for another one', () => {
  const secure = { protocol: ['TCP_SSL'], tls: 'cert' };
  beforeEach(() => {
    world.clb.quota = { listeners: 1 };
  });

  test('comes back when the CLB refuses the other one', async () => {
    await serving({ protocol: ['TCP'] });
    specify(secure);
    await until(() => world.cluster.said('ListenerKept') === 1 && picture().join() === '443/10.0.0.1:8080 10');
    expect(protocols()).toEqual(['TCP']);
  });

  test.each(['good', 'unknown'])('keeps its room from an older Service, certificate %s', async (certificate) => {
    await serving({ protocol: ['TCP'] }, { placeRules: forEveryone });
    const older = { namespace: 'bank', name: 'old', uid: 'uid-old', createdAtMs: -1_000, ports: [aPort({ port: 81 })] };
    world.cluster.putService(aNewService(older));
    await until(() => world.cluster.said('QuotaReached') > 0);
    putSecret(certificate);
    specify(secure);
    await until(() => protocols().join() === 'TCP_SSL' || world.cluster.said('ListenerKept') === 1);
    await passMs(2_000);
    expect(picture()).toEqual(['443/10.0.0.1:8080 10']);
  });
});

describe('a listener that goes for another one, which the CLB refuses', () => {
  test('comes back as it was, with its targets and what people set there, and tells why', async () => {
    await serving({ protocol: ['TCP'] });
    const [listener] = world.clb.listenersOf(clbId);
    if (listener === undefined) throw new Error('there is no listener');
    const settings = { ...listener.settings, scheduler: 'LEAST_CONN', healthCheck: { IntervalTime: 10 } };
    world.clb.addListener(clbId, { ...listener, settings });
    specify(tls);
    await until(() => world.cluster.said('ListenerKept') === 1 && picture().join() === '443/10.0.0.1:8080 10');
    expect(world.clb.listenersOf(clbId)).toMatchObject([{ protocol: 'TCP', name: listener.name, settings }]);
    expect(world.cluster.announcements).toContainEqual(
      expect.objectContaining({ reason: 'ListenerKept', message: expect.stringContaining('unknown does not exist') }),
    );
  });

  test('is not replaced again until the owner wishes something else', async () => {
    await serving({ protocol: ['TCP'] });
    specify(tls);
    await until(() => picture().length === 1 && world.cluster.said('ListenerKept') === 1);
    const count = writes().length;
    world.cluster.changePod('shop/web-1', {});
    await looksPass();
    expect(writes().slice(count)).toEqual([]);
    putSecret('good');
    await until(() => protocols().join() === 'TCP_SSL' && picture().length === 1);
    expect(world.cluster.gateOf('shop/web-1')).toMatch(/^True/);
  });

  test('is not replaced again after a restart, and is when the wish changes then', async () => {
    await serving({ protocol: ['TCP'] });
    specify(tls);
    await until(() => picture().length === 1 && world.cluster.recordOf(clbId)?.owners[0]?.refusedWishes?.length === 1);
    await passing(world.stop());
    const count = writes().length;
    world.start();
    await until(() => world.cluster.said('ListenerKept') === 2);
    await looksPass();
    expect(writes().slice(count)).toEqual([]);
    putSecret('good');
    await until(() => protocols().join() === 'TCP_SSL' && picture().length === 1);
    await until(() => world.cluster.recordOf(clbId)?.owners[0]?.refusedWishes === undefined);
  });

  test('serves the pods that come meanwhile, whose gates say what they wait for', async () => {
    await serving({ protocol: ['TCP'] });
    specify(tls);
    await until(() => picture().length === 1 && world.cluster.said('ListenerKept') === 1);
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await until(() => picture().join() === '443/10.0.0.1:8080 10,443/10.0.0.2:8080 10');
    expect(world.cluster.gateOf('shop/web-2')).toBe('False LoadBalancerNotReady');
  });

  test('comes back when its successor stands and no rule of it is made', async () => {
    await serving({ protocol: ['TCP'] });
    specify({ protocol: ['HTTPS'], hosts: { 'a.com': { tls: 'cert' } } });
    await until(() => world.cluster.said('ListenerKept') === 1 && picture().join() === '443/10.0.0.1:8080 10');
    expect(protocols()).toEqual(['TCP']);
    expect(world.cluster.said('ListenerReplaced')).toBe(1);
  });

  test('does not come back when one of the rules of its successor is made', async () => {
    await serving({ protocol: ['TCP'] });
    const hosts = { 'a.com': { tls: 'cert' }, 'b.com': { tls: 'other' } };
    const other = { kind: 'Secret', namespace: 'shop', name: 'other' } as const;
    world.cluster.putRelated(other, { certificateId: 'good', caCertificateId: undefined });
    specify({ protocol: ['HTTPS'], hosts });
    await until(() => picture().join() === '443 b.com//10.0.0.1:8080 10');
    await looksPass();
    expect(protocols()).toEqual(['HTTPS']);
  });

  test('comes back with its rules, which the record still names', async () => {
    await serving({ protocol: ['HTTP'], hosts: { 'a.com': {} } });
    specify(tls);
    await until(() => world.cluster.said('ListenerKept') === 1 && picture().join() === '443 a.com//10.0.0.1:8080 10');
    const recorded = () => world.cluster.recordOf(clbId)?.owners[0]?.rules?.map(describePlace);
    expect(recorded()).toEqual(['HTTP/443 a.com/']);
    world.cluster.deleteService(key);
    await until(() => protocols().length === 0 && world.cluster.service(key) === undefined);
  });

  test('comes back at the third failure where the CLB fails without saying no', async () => {
    await serving({ protocol: ['TCP'] });
    putSecret('good');
    let failures = 0;
    world.clb.refuseListener = ({ place }) => {
      if (place.protocol === 'TCP') return undefined;
      failures += 1;
      return apiError('transient', 'TaskFailed', 'it gave no reason');
    };
    specify(tls);
    await until(() => picture().join() === '443/10.0.0.1:8080 10', 20_000);
    await until(() => world.cluster.said('ListenerKept') === 1);
    expect(failures).toBe(3);
  });

  test('does not come back for want of room: what is wished is made when there is room', async () => {
    await serving({ protocol: ['TCP'] });
    putSecret('good');
    // Somebody takes the place meanwhile, and the API knows of a quota that it does not tell.
    world.clb.refuseListener = () => apiError('quota', 'LimitExceeded', 'too many listeners');
    specify(tls);
    await until(() => world.cluster.said('QuotaReached') === 1 && protocols().length === 0);
    await passMs(180_000);
    world.clb.refuseListener = () => undefined;
    await until(() => picture().join() === '443/10.0.0.1:8080 10', 300_000);
    expect(protocols()).toEqual(['TCP_SSL']);
    expect(world.cluster.said('ListenerKept')).toBe(0);
  });

  test('goes with its owner as any other', async () => {
    await serving({ protocol: ['TCP'] });
    specify(tls);
    await until(() => picture().length === 1 && world.cluster.said('ListenerKept') === 1);
    world.cluster.deleteService(key);
    await until(() => protocols().length === 0 && world.cluster.service(key) === undefined);
  });

  test('stays where the CLB does not delete it, and its successor is made later', async () => {
    await serving({ protocol: ['TCP'] });
    putSecret('good');
    let busy = 0;
    world.clb.fail = (action) =>
      action === 'deleteListener' && (busy += 1) === 1 ? apiError('busy', 'X', 'it is busy') : undefined;
    specify(tls);
    await until(() => protocols().join() === 'TCP_SSL' && picture().length === 1);
    expect(world.cluster.said('ListenerKept')).toBe(0);
  });

  test('stays where the CLB only says that it deleted it, and its successor is made later', async () => {
    await serving({ protocol: ['TCP'] });
    putSecret('good');
    const deleteListener = world.clb.deleteListener.bind(world.clb);
    let deletions = 0;
    world.clb.deleteListener = async (...about) =>
      (deletions += 1) === 1 ? Promise.resolve() : deleteListener(...about);
    world.clb.refuseListener = () => (deletions === 1 ? apiError('refused', 'X', 'the port is taken') : undefined);
    specify(tls);
    await until(() => protocols().join() === 'TCP_SSL' && picture().length === 1);
    expect(deletions).toBe(2);
  });
});
