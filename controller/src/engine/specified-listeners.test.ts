import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { describePlace } from '../core/model/place.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
});
afterEach(async () => passing(world.stop()));

const key = 'shop/web';
const annotations = (spec: unknown) => {
  return { 'service.cloud.tencent.com/specify-protocol': JSON.stringify(spec) };
};
const specify = (spec: unknown) => world.cluster.changeService(key, { annotations: annotations(spec) });
const secret = (name: string): ObjectReference<'Secret'> => ({ kind: 'Secret', namespace: 'shop', name });
const putSecret = (name: string, certificateId: string | undefined) =>
  world.cluster.putRelated(
    secret(name),
    certificateId === undefined ? undefined : { certificateId, caCertificateId: undefined },
  );
const picture = () => world.clb.picture(clbId);
const listeners = () => world.clb.listenersOf(clbId);
const protocols = () => listeners().map(({ protocol, port }) => `${protocol}/${port}`);
const gate = () => world.cluster.gateOf('shop/web-1');
const isOpen = () => gate().startsWith('True');
const writes = () => world.clb.writes.map(({ action }) => action);
const recordedRules = () => (world.cluster.recordOf(clbId)?.owners[0]?.rules ?? []).map(describePlace);
/** A few looks go by, and nothing may come of them. */
const looksPass = async () => passMs(200);

function serve(spec: unknown): void {
  const ports = [aPort({ port: 443 })];
  world.cluster.putService(aNewService({ ports, annotations: annotations(spec) }));
  world.start();
}

const hosts = (...names: string[]) => {
  return { 443: { protocol: ['HTTPS'], tls: 'cert', hosts: Object.fromEntries(names.map((name) => [name, {}])) } };
};

describe('rules of a Service', () => {
  test('are recorded before they are made, and their targets open the gate', async () => {
    const seen: string[][] = [];
    world.clb.before = (action) => {
      if (action === 'createRules') seen.push(recordedRules());
    };
    putSecret('cert', 'one');
    serve(hosts('a.com', 'b.com'));
    await until(isOpen);
    expect(seen).toEqual([['HTTPS/443 a.com/', 'HTTPS/443 b.com/']]);
    expect(picture()).toEqual({ '443 a.com//10.0.0.1:8080': 10, '443 b.com//10.0.0.1:8080': 10 });
    expect(listeners()).toMatchObject([
      { protocol: 'HTTPS', settings: { sniSwitch: true }, name: expect.stringMatching(/_uid-web$/) },
    ]);
  });

  test('follow their pods, drain, and go with the Service', async () => {
    putSecret('cert', 'one');
    serve(hosts('a.com'));
    await until(isOpen);
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await until(() => picture()['443 a.com//10.0.0.2:8080'] === 10);
    world.cluster.changePod('shop/web-1', { ending: true, containersReady: false });
    await until(() => picture()['443 a.com//10.0.0.1:8080'] === 0);
    world.cluster.removePod('shop/web-1');
    await until(() => !('443 a.com//10.0.0.1:8080' in picture()));
    world.cluster.deleteService(key);
    await until(() => listeners().length === 0 && world.cluster.service(key) === undefined);
  });

  test('of a host that is removed drain when the other host serves, and are known after a restart', async () => {
    putSecret('cert', 'one');
    serve(hosts('a.com', 'b.com'));
    await until(isOpen);
    await passing(world.stop());
    specify(hosts('b.com'));
    world.start();
    await until(() => Object.keys(picture()).join() === '443 b.com//10.0.0.1:8080');
    await until(() => recordedRules().join() === 'HTTPS/443 b.com/');
    expect(listeners()[0]?.rules.map(({ domain }) => domain)).toEqual(['b.com']);
  });

  test('that are made while their host is removed are known, and go', async () => {
    world.clb.before = (action) => {
      if (action === 'createRules') specify(hosts('b.com'));
    };
    putSecret('cert', 'one');
    serve(hosts('a.com', 'b.com'));
    await until(() => Object.keys(picture()).join() === '443 b.com//10.0.0.1:8080');
    await until(() => listeners()[0]?.rules.length === 1 && recordedRules().length === 1);
    expect(listeners()[0]?.rules.map(({ domain }) => domain)).toEqual(['b.com']);
  });

  test('stay as they are while the annotation cannot be read, also after a restart', async () => {
    putSecret('cert', 'one');
    serve(hosts('a.com', 'b.com'));
    await until(isOpen);
    const before = listeners();
    const count = writes().length;
    world.cluster.changeService(key, { annotations: { 'service.cloud.tencent.com/specify-protocol': '{' } });
    await until(() => world.cluster.said('AnnotationMalformed') === 1);
    await passing(world.stop());
    world.start();
    await looksPass();
    expect(listeners()).toEqual(before);
    expect(writes().slice(count)).toEqual([]);
    expect(recordedRules()).toEqual(['HTTPS/443 a.com/', 'HTTPS/443 b.com/']);
  });

  test('without hosts take their certificate from the rule once the listener has SNI, and back', async () => {
    putSecret('cert', 'one');
    serve({ 443: { protocol: ['HTTPS'], tls: 'cert' } });
    await until(isOpen);
    specify(hosts('a.com'));
    await until(() => Object.keys(picture()).join() === '443 a.com//10.0.0.1:8080');
    specify({ 443: { protocol: ['HTTPS'], tls: 'cert' } });
    await until(() => Object.keys(picture()).join() === '443 192.0.2.1//10.0.0.1:8080');
    putSecret('cert', 'two');
    await until(() => listeners()[0]?.rules[0]?.settings.certificates?.ids[0] === 'two');
    expect(listeners()).toHaveLength(1);
    expect(writes()).not.toContain('deleteListener');
  });

  test('for all requests have the address of the CLB as their domain', async () => {
    serve({ 443: { protocol: ['HTTP'] } });
    await until(isOpen);
    expect(recordedRules()).toEqual(['HTTP/443 /']);
    expect(Object.keys(picture())).toEqual(['443 192.0.2.1//10.0.0.1:8080']);
  });

  test('that others made on the listener stay, and the Service goes', async () => {
    serve({ 443: { protocol: ['HTTP'], hosts: { 'a.com': {} } } });
    await until(isOpen);
    const [listener] = listeners();
    const theirs = { locationId: 'loc-theirs', domain: 'theirs.com', url: '/', settings: {} };
    if (listener === undefined) throw new Error('there is no listener');
    world.clb.addListener(clbId, { ...listener, rules: [...listener.rules, theirs] });
    world.cluster.deleteService(key);
    await until(() => world.cluster.service(key) === undefined);
    expect(listeners()[0]?.rules.map(({ locationId }) => locationId)).toEqual(['loc-theirs']);
  });
});

describe('a certificate', () => {
  const tls = { 443: { protocol: ['TCP_SSL'], tls: 'cert' } };
  test('that is missing keeps the port waiting, and its gate says why, until it is there', async () => {
    serve(tls);
    await until(() => world.cluster.said('CertificateUnusable') === 1);
    await looksPass();
    expect(writes()).toEqual([]);
    expect(gate()).toBe('False LoadBalancerNotReady');
    putSecret('cert', 'one');
    await until(isOpen);
    expect(listeners()[0]?.settings.certificates?.ids).toEqual(['one']);
  });

  test('is swapped in place by another id in its Secret', async () => {
    putSecret('cert', 'one');
    serve(tls);
    await until(isOpen);
    putSecret('cert', 'two');
    await until(() => listeners()[0]?.settings.certificates?.ids[0] === 'two');
    expect(writes()).toEqual(['createListeners', 'register', 'setCertificates']);
  });

  test('of a host is swapped at its rule', async () => {
    putSecret('cert', 'one');
    serve(hosts('a.com'));
    await until(isOpen);
    putSecret('cert', 'two');
    await until(() => listeners()[0]?.rules[0]?.settings.certificates?.ids[0] === 'two');
    expect(writes().slice(-1)).toEqual(['setCertificates']);
  });

  test('whose Secret goes stays, and a rollout goes on', async () => {
    putSecret('cert', 'one');
    serve(tls);
    await until(isOpen);
    putSecret('cert', undefined);
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await until(() => world.cluster.gateOf('shop/web-2').startsWith('True'));
    expect(listeners()[0]?.settings.certificates?.ids).toEqual(['one']);
  });
});

describe('a protocol', () => {
  test('that changes over one transport replaces the listener, with a warning', async () => {
    putSecret('cert', 'one');
    serve({ 443: { protocol: ['TCP'] } });
    await until(isOpen);
    specify({ 443: { protocol: ['TCP_SSL'], tls: 'cert' } });
    await until(() => protocols().join() === 'TCP_SSL/443' && Object.keys(picture()).length === 1);
    expect(writes()).toEqual(['createListeners', 'register', 'deleteListener', 'createListeners', 'register']);
    expect(world.cluster.announcements).toContainEqual(
      expect.objectContaining({ type: 'Warning', reason: 'ListenerReplaced' }),
    );
  });

  test('that changes to one whose Secret is missing replaces nothing', async () => {
    serve({ 443: { protocol: ['TCP'] } });
    await until(isOpen);
    specify({ 443: { protocol: ['TCP_SSL'], tls: 'cert' } });
    await until(() => world.cluster.said('CertificateUnusable') === 1);
    await looksPass();
    expect(protocols()).toEqual(['TCP/443']);
    expect(picture()).toEqual({ '443/10.0.0.1:8080': 10 });
  });

  test('that changes to the other transport is served before the old listener goes', async () => {
    serve({ 443: { protocol: ['TCP'] } });
    await until(isOpen);
    specify({ 443: { protocol: ['UDP'] } });
    await until(() => protocols().join() === 'UDP/443' && Object.keys(picture()).length === 1);
    expect(writes().indexOf('deleteListener')).toBeGreaterThan(writes().lastIndexOf('register'));
  });

  test('that is written wrongly changes nothing that stands', async () => {
    serve({ 443: { protocol: ['UDP'] } });
    await until(isOpen);
    specify({ 443: { protocol: ['UPD'] } });
    await until(() => world.cluster.said('AnnotationMalformed') === 1);
    await looksPass();
    expect(protocols()).toEqual(['UDP/443']);
    expect(picture()).toEqual({ '443/10.0.0.1:8080': 10 });
  });

  test('UDP opens the gate with a reason of its own: a PING proves nothing of the port', async () => {
    serve({ 443: { protocol: ['UDP'] } });
    await until(() => gate() === 'True LoadBalancerPingOnly');
  });
});

describe('session affinity', () => {
  const session = () => listeners()[0]?.settings.sessionExpireTime;
  const affinity = (sessionAffinity: string) => world.cluster.changeService(key, { sessionAffinity });

  test('is switched on and off on a living listener', async () => {
    serve({});
    await until(isOpen);
    affinity('ClientIP');
    await until(() => session() === 3_600);
    affinity('None');
    await until(() => session() === 0);
    await until(() => world.cluster.recordOf(clbId)?.owners[0]?.hasSessions === undefined);
    expect(writes()).toEqual(['createListeners', 'register', 'modifyListener', 'modifyListener']);
  });

  test('is switched on also when the record is written late', async () => {
    const { records } = world.cluster;
    const put = records.put.bind(records);
    serve({});
    await until(isOpen);
    records.put = async (...args) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return put(...args);
    };
    affinity('ClientIP');
    await until(() => session() === 3_600);
  });

  test('is switched off also when it was taken back while the controller was down', async () => {
    serve({});
    await until(isOpen);
    affinity('ClientIP');
    await until(() => session() === 3_600);
    await passing(world.stop());
    affinity('None');
    world.start();
    await until(() => session() === 0);
  });

  test('is switched off also when it is taken back while it is being switched on', async () => {
    serve({});
    await until(isOpen);
    world.clb.before = async (action) => {
      if (action !== 'modifyListener' || session() !== undefined) return;
      affinity('None');
      await new Promise((resolve) => setTimeout(resolve, 200));
    };
    affinity('ClientIP');
    await until(() => writes().filter((action) => action === 'modifyListener').length === 2);
    expect(session()).toBe(0);
    await until(() => world.cluster.recordOf(clbId)?.owners[0]?.hasSessions === undefined);
  });

  test('is switched off also when it is taken back before a new listener is seen', async () => {
    world.clb.before = async (action) => {
      if (action !== 'createListeners') return;
      affinity('None');
      await new Promise((resolve) => setTimeout(resolve, 200));
    };
    world.cluster.putService(aNewService({ ports: [aPort({ port: 443 })], sessionAffinity: 'ClientIP' }));
    world.start();
    await until(isOpen);
    await until(() => session() === 0);
  });

  test('is switched off also when the CLB only says that it did', async () => {
    serve({});
    await until(isOpen);
    affinity('ClientIP');
    await until(() => session() === 3_600);
    await looksPass();
    const modify = world.clb.modifyListener.bind(world.clb);
    world.clb.modifyListener = async () => {
      world.clb.modifyListener = modify;
      return Promise.resolve();
    };
    affinity('None');
    await until(() => session() === 0);
  });

  test('is switched off also when it was taken back after an answer was lost', async () => {
    serve({});
    await until(isOpen);
    world.clb.loseAnswer = (action) => {
      if (action === 'modifyListener' && session() === 3_600) affinity('None');
      return action === 'modifyListener' && session() === 3_600;
    };
    affinity('ClientIP');
    await until(() => writes().filter((action) => action === 'modifyListener').length === 2);
    expect(session()).toBe(0);
  });

  test('None leaves alone what somebody set on the CLB', async () => {
    serve({});
    await until(isOpen);
    const [listener] = listeners();
    if (listener !== undefined) world.clb.addListener(clbId, { ...listener, settings: { sessionExpireTime: 60 } });
    await passing(world.stop());
    world.start();
    await looksPass();
    expect(session()).toBe(60);
  });

  test('of rules is theirs, and may take a day', async () => {
    serve({ 443: { protocol: ['HTTP'] } });
    await until(isOpen);
    affinity('ClientIP');
    await until(() => listeners()[0]?.rules[0]?.settings.sessionExpireTime === 10_800);
  });
});
