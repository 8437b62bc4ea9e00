import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestClb, fixedCredentials } from '@clb-direct/controller/clb/testing/clb-world.ts';
import type { ClbPort } from '@clb-direct/controller/core/model/clb-port.ts';
import { hasRules, type ListenerProtocol } from '@clb-direct/controller/core/model/place.ts';
import type { ListenerSettings, RuleSettings } from '@clb-direct/controller/core/model/settings.ts';
import type { StepOf } from '@clb-direct/controller/core/model/step.ts';
import {
  aRulePlace,
  createListener,
  createLoadBalancer,
  createRule,
  deleteRule,
  deregister,
  modifyListener,
  modifyRule,
  register,
  setCertificates,
  setWeight,
} from '@clb-direct/controller/testing/steps.ts';
import { defaultSwitches } from '@clb-direct/emulator/runtime/switches.ts';
import { createTestClock } from '@clb-direct/emulator/testing/test-clock.ts';
import { eventually, startTestEmulator, type TestEmulator } from '@clb-direct/emulator/testing/test-emulator.ts';

/**
 * The controller's CLB client against the emulated CLB: both must mean the same by every action. Needs no cluster and
 * no root.
 */
const { signal } = new AbortController();
const id = 'lb-local001';
const pods = ['10.64.0.5', '10.64.0.6', '10.64.0.7'];
/** Whoever made a listener, its rules are read. */
const name = 'made-by-terraform';
const certificate = { name: 'site', certificate: 'PEM', privateKey: 'PEM' };
let emulator: TestEmulator;
let clb: ClbPort;

interface Connection {
  readonly region?: string;
  readonly secretKey?: string;
  readonly requestsPerSecond?: number;
  readonly apiPort?: number;
}

const connect = (options: Connection = {}) => {
  const { region = 'ap-guangzhou', secretKey = 'local-key', requestsPerSecond = 18 } = options;
  const endpoint = `http://127.0.0.1:${options.apiPort ?? emulator.apiPort}`;
  return createTestClb({ endpoint, region, requestsPerSecond, credentials: fixedCredentials('local-id', secretKey) });
};

beforeAll(async () => {
  emulator = await startTestEmulator({
    knownIps: ['10.64.0.0/20'],
    ratePerSecond: 20,
    certificates: {
      'cert-rsa': certificate,
      'cert-ecc': certificate,
      'cert-new': certificate,
      'ca-1': { ...certificate, privateKey: undefined },
    },
  });
  clb = connect();
});
afterAll(() => emulator.close());
afterEach(async () => {
  await emulator.admin('DELETE', '/faults/trouble');
  for (const listener of await clb.describeListeners(id, signal)) await clb.deleteListener(id, listener.id, signal);
});

const faulty = (fault: object) => emulator.admin('PUT', '/faults/trouble', fault);

async function listenerOn(port: number) {
  const found = (await clb.describeListeners(id, signal)).find((listener) => listener.port === port);
  if (found === undefined) throw new Error(`no listener on port ${port}`);
  return found;
}

async function aListener(port = 80, settings: ListenerSettings = {}): Promise<string> {
  const step = createListener({ name: `l${port}`, protocol: 'TCP', port, settings });
  expect(await clb.createListeners(id, [step], signal)).toEqual([]);
  return (await listenerOn(port)).id;
}

const targetsOf = (listenerId: string) =>
  pods.map((ip) => ({ listenerId, ip, port: 80, weight: 10, tag: `uid-of-${ip}` }));
const registersOf = (listenerId: string) => targetsOf(listenerId).map(register);

async function codesOf(action: string, asked = emulator): Promise<(string | null)[]> {
  const { body } = await asked.admin<{ calls: { action: string; code: string | null }[] }>('GET', '/calls?since=0');
  return body.calls.filter((call) => call.action === action).map(({ code }) => code);
}

test('a load balancer is found with its VIP, and one that does not exist is undefined', async () => {
  expect(await clb.describeLoadBalancer(id, signal)).toMatchObject({ id, vips: ['198.51.100.10'], usable: true });
  expect(await clb.describeLoadBalancer('lb-missing1', signal)).toBeUndefined();
});

test('listeners are there when creating them returns, and gone when deleting returns', async () => {
  const steps = [
    createListener({ name: 'web', protocol: 'TCP', port: 80 }),
    createListener({ name: 'tls', protocol: 'TCP', port: 443 }),
    createListener({ name: 'dns', protocol: 'UDP', port: 53 }),
  ];
  await clb.createListeners(id, steps, signal);
  const made = await clb.describeListeners(id, signal);
  expect(made.map(({ name, protocol, port }) => `${name} ${protocol} ${port}`).sort()).toEqual([
    'dns UDP 53',
    'tls TCP 443',
    'web TCP 80',
  ]);
  for (const { id: listenerId } of made) await clb.deleteListener(id, listenerId, signal);
  expect(await clb.describeListeners(id, signal)).toEqual([]);
});

test('settings come back as they were asked for, and a change changes nothing else', async () => {
  const healthCheck = { HealthSwitch: 1, IntervalTime: 10, TimeOut: 3, HealthNum: 2, UnHealthNum: 4 } as const;
  const rescheduling = { rescheduleUnhealthy: true, rescheduleExpandTarget: false, rescheduleInterval: 30 };
  const stream = { scheduler: 'LEAST_CONN', sessionExpireTime: 60, deregisterTargetRst: true };
  const settings = { healthCheck, ...stream, ...rescheduling, rescheduleStartTime: 5 };
  const listenerId = await aListener(80, settings);
  expect((await listenerOn(80)).settings).toMatchObject(settings);
  expect((await listenerOn(80)).settings.healthCheck).not.toHaveProperty('HttpCheckPath');

  const change = {
    healthCheck: { UnHealthNum: 2 },
    scheduler: 'WRR',
    sessionExpireTime: 0,
    deregisterTargetRst: false,
    rescheduleTargetZeroWeight: true,
    rescheduleUnhealthy: false,
  };
  await clb.modifyListener(id, modifyListener(listenerId, { name: 'new', settings: change }), signal);
  const changed = { ...change, healthCheck: { ...healthCheck, UnHealthNum: 2 } };
  expect(await listenerOn(80)).toMatchObject({ id: listenerId, name: 'new', settings: changed });

  await clb.modifyListener(id, modifyListener(listenerId, { name: 'newer' }), signal);
  expect(await listenerOn(80)).toMatchObject({ name: 'newer', settings: changed });
});

describe('a listener can be made again with the settings that were seen of it', () => {
  const certificates = { mode: 'UNIDIRECTIONAL', ids: ['cert-rsa'] } as const;
  test.each<[ListenerProtocol, ListenerSettings]>([
    ['TCP', { deregisterTargetRst: true, healthCheck: { HealthSwitch: 1, IntervalTime: 10 } }],
    ['UDP', { rescheduleUnhealthy: true }],
    ['TCP_SSL', { certificates }],
    ['HTTP', {}],
    ['HTTPS', { certificates }],
  ])('over %s', async (protocol, settings) => {
    const domain = '198.51.100.10';
    const make = async (own: ListenerSettings, ofRule: RuleSettings) => {
      const listener = createListener({ name, protocol, port: 8443, settings: own });
      expect(await clb.createListeners(id, [listener], signal)).toEqual([]);
      const { id: listenerId } = await listenerOn(8443);
      const place = { protocol: 'HTTP', port: 8443, domain, url: '/' } as const;
      const rule = createRule({ listenerId, place, settings: ofRule });
      if (hasRules(protocol)) expect(await clb.createRules(id, [rule], signal)).toEqual([]);
      return listenerOn(8443);
    };
    const first = await make(settings, {});
    await clb.deleteListener(id, first.id, signal);
    const second = await make(first.settings, first.rules[0]?.settings ?? {});
    expect(second.settings).toEqual(first.settings);
    expect(second.rules.map((rule) => rule.settings)).toEqual(first.rules.map((rule) => rule.settings));
  });
});

test('a health check that is switched off and on again keeps its other fields, and begins anew', async () => {
  const listenerId = await aListener(80, { healthCheck: { HealthSwitch: 1, IntervalTime: 300, TimeOut: 3 } });
  await clb.register(id, registersOf(listenerId), signal);
  const turn = async (HealthSwitch: 0 | 1) =>
    clb.modifyListener(id, modifyListener(listenerId, { settings: { healthCheck: { HealthSwitch } } }), signal);
  const healths = async () => new Set((await clb.describeHealth(id, signal)).map(({ health }) => health));

  await turn(0);
  expect((await listenerOn(80)).settings.healthCheck?.HealthSwitch).toBe(0);
  expect(await healths()).toEqual(new Set(['Close']));
  await turn(1);
  expect((await listenerOn(80)).settings.healthCheck).toMatchObject({ HealthSwitch: 1, IntervalTime: 300, TimeOut: 3 });
  expect(await healths()).toEqual(new Set(['Unknown']));
});

test('targets are registered with weight and tag, drained, and taken off', async () => {
  const listenerId = await aListener();
  expect(await clb.register(id, registersOf(listenerId), signal)).toEqual([]);
  const byIp = async () =>
    (await clb.describeTargets(id, [listenerId], signal)).toSorted((a, b) => a.ip.localeCompare(b.ip));
  expect(await byIp()).toEqual(targetsOf(listenerId));

  const [first, second, third] = targetsOf(listenerId);
  if (first === undefined || second === undefined || third === undefined) throw new Error('three pods are needed');
  await clb.setWeight(id, [setWeight(first, 0)], signal);
  expect((await byIp()).map(({ weight }) => weight)).toEqual([0, 10, 10]);
  await clb.setWeight(id, [setWeight(first, 10), setWeight(second, 0), setWeight(third, 5)], signal);
  expect((await byIp()).map(({ weight }) => weight)).toEqual([10, 0, 5]);

  expect(await clb.deregister(id, [deregister(first), deregister(second)], signal)).toEqual([]);
  expect((await byIp()).map(({ ip }) => ip)).toEqual(['10.64.0.7']);
});

test('what the CLB does not take comes back by listener, and the other listener gets its targets', async () => {
  const [good, bad] = [await aListener(80), await aListener(81)];
  const foreign = register({ listenerId: bad, ip: '192.0.2.1', port: 80, weight: 10, tag: 'x' });
  const refusals = await clb.register(id, [...registersOf(good), foreign], signal);
  expect(refusals.map(({ steps }) => steps)).toEqual([[foreign]]);
  expect(refusals[0]?.error).toMatchObject({ kind: 'refused' });
  expect(refusals[0]?.error.message).toContain(`Listener ${bad} did not take a change of its targets`);
  expect(refusals[0]?.error.message).toContain('192.0.2.1');
  expect(await clb.describeTargets(id, [good, bad], signal)).toHaveLength(pods.length);
});

test('health has each target of each load balancer, and one that does not exist harms no other', async () => {
  const listenerId = await aListener();
  await clb.register(id, registersOf(listenerId), signal);
  const { answers: healths } = await clb.describeHealths(['lb-missing1', id, 'lb-missing2'], signal);
  expect(healths.map(({ ip }) => ip).sort()).toEqual(pods);
  expect(healths.every((one) => one.loadBalancerId === id && one.listenerId === listenerId)).toBe(true);
  expect(healths.every((one) => one.locationId === undefined)).toBe(true);
});

test('two writes to one CLB at once both get through: the second waits while the CLB is busy', async () => {
  const [first, second] = [await aListener(80), await aListener(81)];
  await Promise.all([clb.register(id, registersOf(first), signal), clb.register(id, registersOf(second), signal)]);
  expect(await clb.describeTargets(id, [first, second], signal)).toHaveLength(2 * pods.length);
});

describe('rules', () => {
  const place = (url: string, domain = 'example.com') => aRulePlace(domain, url);
  const certificates = { mode: 'UNIDIRECTIONAL', ids: ['cert-rsa'] } as const;

  async function withRules(...steps: Omit<StepOf<'create-rule'>, 'listenerId'>[]): Promise<string> {
    const settings = { sniSwitch: true };
    const listener = createListener({ name, protocol: 'HTTPS', port: 443, settings });
    expect(await clb.createListeners(id, [listener], signal)).toEqual([]);
    const { id: listenerId } = await listenerOn(443);
    const withId = steps.map((step) => ({ ...step, listenerId }));
    expect(await clb.createRules(id, withId, signal)).toEqual([]);
    return listenerId;
  }
  const aRule = (url: string, domain?: string) =>
    createRule({ listenerId: '', place: place(url, domain), settings: { certificates } });

  async function ruleAt(url: string, domain = 'example.com') {
    const { rules } = await listenerOn(443);
    const found = rules.find((rule) => rule.url === url && rule.domain === domain);
    if (found === undefined) throw new Error(`no rule ${domain}${url}`);
    return found;
  }

  test('are there with their settings when creating them returns, changed when changing returns', async () => {
    const healthCheck = { HttpCheckPath: '/healthz', HttpCode: 2, HttpCheckMethod: 'GET' };
    const settings = {
      healthCheck,
      scheduler: 'LEAST_CONN',
      sessionExpireTime: 30,
      forwardType: 'HTTPS',
      certificates,
    };
    const listenerId = await withRules({ ...aRule('/a'), settings }, aRule('=/b'));
    const { rules, settings: own } = await listenerOn(443);
    expect(own.sniSwitch).toBe(true);
    expect(own).not.toHaveProperty('certificates');
    expect(rules.map(({ domain, url }) => domain + url)).toEqual(['example.com/a', 'example.com=/b']);
    const made = await ruleAt('/a');
    expect(made.settings).toMatchObject(settings);

    const change = { healthCheck: { HttpCode: 4 }, scheduler: 'IP_HASH', sessionExpireTime: 0 };
    const step = modifyRule({ listenerId, place: place('/a'), settings: change }, made.locationId);
    await clb.modifyRule(id, step, signal);
    expect((await ruleAt('/a')).settings).toMatchObject({
      ...change,
      healthCheck: { ...healthCheck, HttpCode: 4 },
      forwardType: 'HTTPS',
      certificates,
    });
    expect((await ruleAt('=/b')).settings.scheduler).toBe('WRR');
  });

  test('have targets, weights and health of their own', async () => {
    const listenerId = await withRules(aRule('/a'), aRule('/b'));
    const [a, b] = [(await ruleAt('/a')).locationId, (await ruleAt('/b')).locationId];
    const target = { listenerId, ip: '10.64.0.5', port: 80 };
    const both = [a, b].map((locationId) => ({ ...target, locationId, weight: 10, tag: 'uid-1' }));
    expect(await clb.register(id, both.map(register), signal)).toEqual([]);
    expect(await clb.describeTargets(id, [listenerId], signal)).toEqual(both);

    await clb.setWeight(id, [setWeight({ ...target, locationId: a }, 0)], signal);
    const weights = (await clb.describeTargets(id, [listenerId], signal)).map((one) => [one.locationId, one.weight]);
    expect(weights).toEqual([
      [a, 0],
      [b, 10],
    ]);

    const healths = await clb.describeHealth(id, signal);
    expect(healths.map((one) => [one.listenerId, one.locationId, one.ip, one.port])).toEqual([
      [listenerId, a, '10.64.0.5', 80],
      [listenerId, b, '10.64.0.5', 80],
    ]);

    expect(await clb.deregister(id, [deregister({ ...target, locationId: a })], signal)).toEqual([]);
    expect(await clb.describeTargets(id, [listenerId], signal)).toEqual(both.slice(1));
  });

  test('that are not there take no targets, and the listener says so', async () => {
    const listenerId = await withRules(aRule('/a'));
    const lost = register({ listenerId, locationId: 'loc-missing', ip: '10.64.0.5', port: 80, weight: 10, tag: 'x' });
    const refusals = await clb.register(id, [lost], signal);
    expect(refusals).toMatchObject([{ steps: [lost], error: { kind: 'refused' } }]);
    expect(refusals[0]?.error.message).toContain('loc-missing');
  });

  test('are deleted one by one, although others have the same domain', async () => {
    const listenerId = await withRules(aRule('/a'), aRule('/b'), aRule('/c'));
    const doomed = [await ruleAt('/a'), await ruleAt('/c')];
    const steps = doomed.map(({ url, locationId }) => deleteRule({ listenerId, place: place(url) }, locationId));
    await clb.deleteRules(id, steps, signal);
    expect((await listenerOn(443)).rules.map(({ url }) => url)).toEqual(['/b']);
    await clb.deleteRules(id, [], signal);
    expect((await listenerOn(443)).rules).toHaveLength(1);
  });

  test('that are there already are refused together with the rest of their call', async () => {
    const listenerId = await withRules(aRule('/a'));
    const steps = [aRule('/b'), aRule('/a')].map((step) => ({ ...step, listenerId }));
    const refusals = await clb.createRules(id, steps, signal);
    expect(refusals).toMatchObject([{ steps, error: { kind: 'refused', action: 'CreateRule' } }]);
    expect((await listenerOn(443)).rules).toHaveLength(1);
  });

  test('share the certificates of their domain, and a swap leaves other domains alone', async () => {
    const listenerId = await withRules(aRule('/a'), aRule('/b'), aRule('/', 'example.org'));
    const swapped = { mode: 'MUTUAL', ids: ['cert-ecc', 'cert-new'], caId: 'ca-1' } as const;
    await clb.setCertificates(id, setCertificates({ listenerId, place: place('/a') }, swapped), signal);
    const seen = (await listenerOn(443)).rules.map((rule) => [rule.domain + rule.url, rule.settings.certificates]);
    expect(seen).toEqual([
      ['example.com/a', swapped],
      ['example.com/b', swapped],
      ['example.org/', certificates],
    ]);
  });

  test('have no certificates of their own without SNI: those of the listener are swapped', async () => {
    const settings = {
      sniSwitch: false,
      certificates: { mode: 'UNIDIRECTIONAL', ids: ['cert-ecc', 'cert-rsa'] },
    } as const;
    const listener = createListener({ name, protocol: 'HTTPS', port: 443, settings });
    expect(await clb.createListeners(id, [listener], signal)).toEqual([]);
    const made = await listenerOn(443);
    expect(made.settings).toMatchObject(settings);
    const swapped = { mode: 'UNIDIRECTIONAL', ids: ['cert-new'] } as const;
    await clb.setCertificates(id, setCertificates({ listenerId: made.id, place: listener.place }, swapped), signal);
    const { settings: after } = await listenerOn(443);
    expect(after).toEqual({ ...made.settings, certificates: swapped });
  });
});

describe('a load balancer of our own', () => {
  test('is made once for a token, changed, protected and deleted', async () => {
    const tags = { 'clb-direct.io/owner-uid': 'uid-web', team: 'shop' };
    const wanted = createLoadBalancer({ name: 'made', passToTarget: true, bandwidthMbps: 5 }, tags);
    const made = await clb.createLoadBalancer(wanted, 'token-1', signal);
    expect(await clb.createLoadBalancer(wanted, 'token-1', signal)).toBe(made);
    const settings = { name: 'made', passToTarget: true };
    const about = { id: made, usable: true, vpcId: 'vpc-1', tags };
    expect(await clb.describeLoadBalancer(made, signal)).toMatchObject({ ...about, settings });
    expect(await clb.findLoadBalancers(tags, signal)).toEqual([{ id: made, usable: true, tags }]);
    expect(await clb.findLoadBalancers({ ...tags, team: 'blog' }, signal)).toEqual([]);

    await clb.modifyLoadBalancer(made, { deleteProtect: true }, signal);
    await expect(clb.deleteLoadBalancer(made, signal)).rejects.toMatchObject({ kind: 'refused' });
    const change = { name: 'renamed', passToTarget: false, deleteProtect: false, securityGroups: ['sg-b', 'sg-a'] };
    await clb.modifyLoadBalancer(made, change, signal);
    expect((await clb.describeLoadBalancer(made, signal))?.settings).toEqual(change);

    await clb.deleteLoadBalancer(made, signal);
    expect(await clb.describeLoadBalancer(made, signal)).toBeUndefined();
    await expect(clb.deleteLoadBalancer(made, signal)).rejects.toMatchObject({ kind: 'gone' });
  });

  test('is found by its task where creating it answers no id', async () => {
    const slow = await startTestEmulator({ switches: { ...defaultSwitches, createAnswersIds: false } });
    const port = createTestClb({
      endpoint: `http://127.0.0.1:${slow.apiPort}`,
      credentials: fixedCredentials('local-id', 'local-key'),
    });
    const made = await port.createLoadBalancer(createLoadBalancer(), 'token-1', signal);
    expect(await port.describeLoadBalancer(made, signal)).toMatchObject({ id: made, usable: true });
    await slow.close();
  });
});

test('forty questions at once stay within the limit of the API', async () => {
  await Promise.all(Array.from({ length: 40 }, () => clb.describeListeners(id, signal)));
  expect(await codesOf('DescribeListeners')).not.toContain('RequestLimitExceeded');
});

test('a client that calls too fast is refused, slows down, and still gets its answers', async () => {
  // By a clock that stands still all calls are within one second, however slow this machine is.
  const clock = createTestClock();
  const strict = await startTestEmulator({ clock, ratePerSecond: 20 });
  const hasty = connect({ requestsPerSecond: 1000, apiPort: strict.apiPort });
  const asked = Promise.all(Array.from({ length: 30 }, () => hasty.describeLoadBalancer(id, signal)));
  await eventually(async () => (await codesOf('DescribeLoadBalancers', strict)).includes('RequestLimitExceeded'));
  clock.advance(1000);
  expect((await asked).every((answer) => answer?.id === id)).toBe(true);
  await strict.close();
});

describe('the message of an error gives its cause', () => {
  test('a port that another listener holds', async () => {
    await aListener(80);
    const again = createListener({ name: 'again', protocol: 'TCP', port: 80 });
    const [refusal] = await clb.createListeners(id, [again], signal);
    expect(refusal).toMatchObject({ steps: [again], error: { kind: 'refused', action: 'CreateListener' } });
    expect(refusal?.error.message).toContain(`Could not create a listener for TCP 80 on ${id}: Tencent Cloud answered`);
  });

  test('a wrong secret key', async () => {
    const asked = connect({ secretKey: 'wrong' }).describeLoadBalancer(id, signal);
    await expect(asked).rejects.toMatchObject({ kind: 'credentials' });
    await expect(asked).rejects.toThrow('The secret key does not belong to the secret id; correct it in the test.');
  });

  test('an unknown region', async () => {
    const asked = connect({ region: 'ap-nowhere' }).describeLoadBalancer(id, signal);
    await expect(asked).rejects.toMatchObject({ kind: 'refused' });
    await expect(asked).rejects.toThrow(
      'Set REGION to a region that has CLB, such as ap-guangzhou; it is "ap-nowhere".',
    );
  });

  test('an API that is down, and recovers', async () => {
    await faulty({ kind: 'down' });
    await expect(clb.describeListeners(id, signal)).rejects.toMatchObject({ kind: 'transient', code: 'Network' });
    await emulator.admin('DELETE', '/faults/trouble');
    expect(await clb.describeListeners(id, signal)).toEqual([]);
  });

  test('a load balancer that is deleted under a write', async () => {
    const step = createListener({ name: 'a', protocol: 'TCP', port: 80 });
    const asked = clb.createListeners('lb-missing1', [step], signal);
    await expect(asked).rejects.toMatchObject({ kind: 'gone', code: 'InvalidParameter.LBIdNotFound' });
  });
});
