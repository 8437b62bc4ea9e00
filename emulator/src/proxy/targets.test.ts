import { describe, expect, test } from '@jest/globals';
import { eventually } from '../testing/test-emulator.ts';
import { makeRule } from '../testing/test-listeners.ts';
import { startBreaker, startHttpTarget, type TestTarget } from './testing/targets.ts';
import { openTo, useTestProxy } from './testing/test-proxy.ts';

const targetsOf = (all: readonly TestTarget[]) => all.map(({ target }) => target);

describe('who gets a request', () => {
  const { at, apply, listen, own, ask, nameFor } = useTestProxy();
  const start = (name: string, weight?: number) => own(startHttpTarget(name, weight));
  async function names(count: number, host = 'a.example'): Promise<string[]> {
    const all = [];
    for (let round = 0; round < count; round++) all.push(await nameFor(host));
    return all.toSorted();
  }

  test('requests come in turn by weight; none goes to weight 0', async () => {
    const all = [await start('a', 20), await start('b', 10), await start('c', 0)];
    await listen('HTTP', [makeRule('a.example', { targets: targetsOf(all) })]);
    expect(await names(6)).toEqual(['a', 'a', 'a', 'a', 'b', 'b']);
  });

  test('security groups decide who connects, and leave open connections alone', async () => {
    const only = await start('a');
    await listen('HTTP', [makeRule('a.example', { targets: [only.target] })]);
    const rule = { action: 'ACCEPT', protocol: 'TCP', port: String(at.port) } as const;
    at.store.changeLoadBalancer(at.loadBalancer, { secureGroups: ['sg-1'] });
    at.store.setSecurityGroup('sg-1', [{ ...rule, cidrBlock: '127.0.0.0/8' }]);
    await apply();
    const old = openTo(at.port);
    const get = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';
    old.say(get);
    await eventually(() => Promise.resolve(old.heard().includes('200 OK')));
    at.store.setSecurityGroup('sg-1', [{ ...rule, cidrBlock: '10.0.0.0/8' }]);
    await apply();
    await expect(ask('a.example')).rejects.toMatchObject({ code: 'ECONNRESET' });
    old.say(get);
    await eventually(() => Promise.resolve(old.heard().split('200 OK').length === 3));
    old.socket.destroy();
    at.store.changeLoadBalancer(at.loadBalancer, { secureGroups: [] });
    await apply();
    expect(await names(1)).toEqual(['a']);
  });

  test('a Dead target gets none, unless all are Dead; one that was never judged gets none', async () => {
    const all = [await start('a'), await start('b'), await start('c')];
    const [a, b, c] = targetsOf(all);
    const rule = makeRule('a.example', { targets: targetsOf(all) });
    const listener = await listen('HTTP', [rule]);
    const become = async (...states: ('Alive' | 'Dead' | 'Unknown')[]) => {
      [a, b, c].forEach((target, index) => {
        const state = states[index];
        if (target && state) at.store.setHealth({ loadBalancer: at.loadBalancer, listener, rule, target }, state);
      });
      await apply();
    };
    await become('Alive', 'Dead', 'Unknown');
    expect(await names(4)).toEqual(['a', 'a', 'a', 'a']);
    await become('Dead', 'Dead', 'Unknown');
    expect(await names(4)).toEqual(['a', 'a', 'b', 'b']);
    await become('Unknown', 'Unknown', 'Unknown');
    expect((await ask('a.example')).status).toBe(503);
  });

  test('IP_HASH keeps a client address at one target', async () => {
    const all = [await start('a'), await start('b')];
    await listen('HTTP', [makeRule('a.example', { scheduler: 'IP_HASH', targets: targetsOf(all) })]);
    expect(new Set(await names(4)).size).toBe(1);
    const places = Array.from({ length: 20 }, (_, index) => ({ localAddress: `127.0.1.${index + 1}` }));
    const others = await Promise.all(places.map((place) => nameFor('a.example', '/', place)));
    expect(new Set(others)).toEqual(new Set(['a', 'b']));
  });

  test('LEAST_CONN avoids the busy one', async () => {
    const all = [await start('a'), await start('b')];
    await listen('HTTP', [makeRule('a.example', { scheduler: 'LEAST_CONN', targets: targetsOf(all) })]);
    const busy = ask('a.example', '/slow');
    await eventually(() => Promise.resolve(all.some(({ requests }) => requests.length > 0)));
    const idle = all[0]?.requests.length === 0 ? 'a' : 'b';
    expect(await names(3)).toEqual([idle, idle, idle]);
    await busy;
  });

  test('a target that cannot be reached is followed by the next', async () => {
    const [alive, gone] = [await start('alive'), await start('gone')];
    await gone.stop();
    await listen('HTTP', [makeRule('a.example', { targets: [gone.target, alive.target] })]);
    for (let count = 0; count < 10; count++) {
      expect(await nameFor('a.example', '/', { method: 'POST', body: 'x' })).toBe('alive');
    }
  });

  test('three failures in a row take a target out', async () => {
    const [alive, breaker] = [await start('alive'), await own(startBreaker())];
    await listen('HTTP', [makeRule('a.example', { targets: [breaker.target, alive.target] })]);
    const statuses = [];
    for (let count = 0; count < 12; count++) statuses.push((await ask('a.example')).status);
    expect(statuses.filter((status) => status === 502)).toHaveLength(3);
    expect(breaker.connections()).toBe(3);
  });

  test('at weight 0 what is under way goes on; deregistering cuts it', async () => {
    const all = [await start('a'), await start('b')];
    const [a, b] = all;
    const rule = makeRule('a.example', { targets: a ? [a.target] : [] });
    const listener = await listen('HTTP', [rule]);
    const place = { loadBalancer: at.loadBalancer, listener, rule };
    const drained = ask('a.example', '/held');
    await eventually(() => Promise.resolve(a?.requests.length === 1));
    if (b) at.store.bind({ ...place, target: b.target });
    if (a) at.store.setWeight({ ...place, target: a.target }, 0);
    await apply();
    expect(await names(2)).toEqual(['b', 'b']);
    a?.release();
    expect((await drained).body).toBe('a at last');
    const cut = ask('a.example', '/held');
    await eventually(() => Promise.resolve(b?.requests.at(-1)?.url === '/held'));
    if (b) at.store.unbind({ ...place, target: b.target });
    await apply();
    await expect(cut).rejects.toThrow('socket hang up');
  });
});

describe('with the switches the other way', () => {
  const off = { passiveChecks: false, triesNextTarget: false, deregisterCutsRequests: false };
  const { at, apply, listen, own, ask } = useTestProxy(off);
  const start = (name: string) => own(startHttpTarget(name));

  test('a failing target gets as many requests as before', async () => {
    const [alive, breaker] = [await start('alive'), await own(startBreaker())];
    await listen('HTTP', [makeRule('a.example', { targets: [breaker.target, alive.target] })]);
    const statuses = [];
    for (let count = 0; count < 12; count++) statuses.push((await ask('a.example')).status);
    expect(statuses.filter((status) => status === 502)).toHaveLength(6);
  });

  test('a target that cannot be reached costs its requests', async () => {
    const [alive, gone] = [await start('alive'), await start('gone')];
    await gone.stop();
    await listen('HTTP', [makeRule('a.example', { targets: [gone.target, alive.target] })]);
    const statuses = [(await ask('a.example')).status, (await ask('a.example')).status];
    expect(statuses.toSorted()).toEqual([200, 502]);
  });

  test('what is under way on a deregistered target, or of a deleted rule, may finish', async () => {
    const one = await start('one');
    const rule = makeRule('a.example', { targets: [one.target] });
    const listener = await listen('HTTP', [rule]);
    const [first, second] = [ask('a.example', '/held'), ask('a.example', '/held')];
    await eventually(() => Promise.resolve(one.requests.length === 2));
    at.store.unbind({ loadBalancer: at.loadBalancer, listener, rule, target: one.target });
    await apply();
    at.store.removeRule({ loadBalancer: at.loadBalancer, listener, rule });
    await apply();
    one.release();
    expect([(await first).body, (await second).body]).toEqual(['one at last', 'one at last']);
  });
});
