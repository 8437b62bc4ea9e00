import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestClb, fixedCredentials } from '@clb-direct/controller/clb/testing/clb-world.ts';
import type { ClbPort, TargetSpec } from '@clb-direct/controller/core/clb-port.ts';
import { startTestEmulator, type TestEmulator } from '@clb-direct/emulator/test-emulator.ts';

/**
 * The controller's CLB client against the emulated CLB: both must mean the same by every action. Needs no cluster and
 * no root.
 */
const { signal } = new AbortController();
const id = 'lb-local001';
const pods = ['10.64.0.5', '10.64.0.6', '10.64.0.7'];
let emulator: TestEmulator;
let clb: ClbPort;

const connect = (options: { region?: string; secretKey?: string; requestsPerSecond?: number } = {}) => {
  const { region = 'ap-guangzhou', secretKey = 'local-key', requestsPerSecond = 18 } = options;
  const endpoint = `http://127.0.0.1:${emulator.apiPort}`;
  return createTestClb({ endpoint, region, requestsPerSecond, credentials: fixedCredentials('local-id', secretKey) });
};

beforeAll(async () => {
  emulator = await startTestEmulator({ knownIps: ['10.64.0.0/20'], ratePerSecond: 20 });
  clb = connect();
});
afterAll(() => emulator.close());
afterEach(async () => {
  await emulator.admin('DELETE', '/faults/trouble');
  for (const listener of await clb.describeListeners(id, signal)) await clb.deleteListener(id, listener.id, signal);
});

const faulty = (fault: object) => emulator.admin('PUT', '/faults/trouble', fault);

async function aListener(port = 80): Promise<string> {
  await clb.createListeners(id, [{ name: `l${port}`, protocol: 'TCP', port }], signal);
  const found = (await clb.describeListeners(id, signal)).find((listener) => listener.port === port);
  if (found === undefined) throw new Error(`no listener on port ${port}`);
  return found.id;
}

const targetsOf = (listenerId: string): TargetSpec[] =>
  pods.map((ip) => ({ listenerId, ip, port: 80, weight: 10, tag: `uid-of-${ip}` }));

async function codesOf(action: string): Promise<(string | null)[]> {
  const { body } = await emulator.admin<{ calls: { action: string; code: string | null }[] }>('GET', '/calls?since=0');
  return body.calls.filter((call) => call.action === action).map(({ code }) => code);
}

test('a load balancer is found with its VIP, and one that does not exist is undefined', async () => {
  expect(await clb.describeLoadBalancer(id, signal)).toMatchObject({ id, vips: ['198.51.100.10'], usable: true });
  expect(await clb.describeLoadBalancer('lb-missing1', signal)).toBeUndefined();
});

test('listeners are there when creating them returns, and gone when deleting returns', async () => {
  await clb.createListeners(
    id,
    [
      { name: 'web', protocol: 'TCP', port: 80 },
      { name: 'tls', protocol: 'TCP', port: 443 },
      { name: 'dns', protocol: 'UDP', port: 53 },
    ],
    signal,
  );
  const made = await clb.describeListeners(id, signal);
  expect(made.map(({ name, protocol, port }) => `${name} ${protocol} ${port}`).sort()).toEqual([
    'dns UDP 53',
    'tls TCP 443',
    'web TCP 80',
  ]);
  for (const { id: listenerId } of made) await clb.deleteListener(id, listenerId, signal);
  expect(await clb.describeListeners(id, signal)).toEqual([]);
});

test('targets are registered with weight and tag, drained, and taken off', async () => {
  const listenerId = await aListener();
  expect(await clb.register(id, targetsOf(listenerId), signal)).toEqual([]);
  const byIp = async () =>
    (await clb.describeTargets(id, [listenerId], signal)).toSorted((a, b) => a.ip.localeCompare(b.ip));
  expect(await byIp()).toEqual(targetsOf(listenerId));

  await clb.setWeight(id, targetsOf(listenerId).slice(0, 1), 0, signal);
  expect((await byIp()).map(({ weight }) => weight)).toEqual([0, 10, 10]);

  expect(await clb.deregister(id, targetsOf(listenerId).slice(0, 2), signal)).toEqual([]);
  expect((await byIp()).map(({ ip }) => ip)).toEqual(['10.64.0.7']);
});

test('what the CLB does not take comes back by listener, and the other listener gets its targets', async () => {
  const [good, bad] = [await aListener(80), await aListener(81)];
  const stranger = { listenerId: bad, ip: '192.0.2.1', port: 80, weight: 10, tag: 'x' };
  const refusals = await clb.register(id, [...targetsOf(good), stranger], signal);
  expect(refusals.map(({ listenerId }) => listenerId)).toEqual([bad]);
  expect(refusals[0]?.message).toContain('192.0.2.1');
  expect(await clb.describeTargets(id, [good, bad], signal)).toHaveLength(pods.length);
});

test('health has each target of each load balancer, and one that does not exist harms no other', async () => {
  const listenerId = await aListener();
  await clb.register(id, targetsOf(listenerId), signal);
  const healths = await clb.describeHealth(['lb-missing1', id, 'lb-missing2'], signal);
  expect(healths.map(({ ip }) => ip).sort()).toEqual(pods);
  expect(healths.every((one) => one.loadBalancerId === id && one.listenerId === listenerId)).toBe(true);
});

test('two writes to one CLB at once both get through: the second waits while the CLB is busy', async () => {
  const [first, second] = [await aListener(80), await aListener(81)];
  await Promise.all([clb.register(id, targetsOf(first), signal), clb.register(id, targetsOf(second), signal)]);
  expect(await clb.describeTargets(id, [first, second], signal)).toHaveLength(2 * pods.length);
});

test('forty questions at once stay within the limit of the API', async () => {
  await Promise.all(Array.from({ length: 40 }, () => clb.describeListeners(id, signal)));
  expect(await codesOf('DescribeListeners')).not.toContain('RequestLimitExceeded');
});

test('one who asks too fast is refused, slows down, and is answered all the same', async () => {
  const hasty = connect({ requestsPerSecond: 1000 });
  const answers = await Promise.all(Array.from({ length: 30 }, () => hasty.describeLoadBalancer(id, signal)));
  expect(await codesOf('DescribeLoadBalancers')).toContain('RequestLimitExceeded');
  expect(answers.every((answer) => answer?.id === id)).toBe(true);
});

describe('an error is explained in a sentence', () => {
  test('a port that another listener holds', async () => {
    await aListener(80);
    const again = { name: 'again', protocol: 'TCP', port: 80 } as const;
    const [refusal] = await clb.createListeners(id, [again], signal);
    expect(refusal).toMatchObject({ specs: [again], cause: { kind: 'refused', action: 'CreateListener' } });
    expect(refusal?.cause.message).toContain(`Could not create a listener for TCP 80 on ${id}: Tencent Cloud answered`);
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

  test('an API that is down, and it heals', async () => {
    await faulty({ kind: 'down' });
    await expect(clb.describeListeners(id, signal)).rejects.toMatchObject({ kind: 'transient', code: 'Network' });
    await emulator.admin('DELETE', '/faults/trouble');
    expect(await clb.describeListeners(id, signal)).toEqual([]);
  });

  test('a load balancer that is deleted under a write', async () => {
    const asked = clb.createListeners('lb-missing1', [{ name: 'a', protocol: 'TCP', port: 80 }], signal);
    await expect(asked).rejects.toMatchObject({ kind: 'gone', code: 'InvalidParameter.LBIdNotFound' });
  });
});
