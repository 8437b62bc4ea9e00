import { afterEach, describe, expect, test } from '@jest/globals';
import {
  eventually,
  makeListeners,
  startBackend,
  startTestEmulator,
  type TestEmulator,
} from '../testing/test-emulator.ts';

const lb = 'lb-local001';

describe('health as the API shows it', () => {
  let emulator: TestEmulator;
  const closers: (() => void)[] = [];
  afterEach(async () => {
    await emulator.close();
    closers.splice(0).forEach((close) => close());
  });

  async function start(healthCheck: object, status = 200) {
    emulator = await startTestEmulator();
    const backend = await startBackend(status);
    closers.push(() => backend.server.close());
    const [ListenerId = ''] = await makeListeners(emulator.sdk, { ports: [80], healthCheck });
    const Targets = [{ ListenerId, EniIp: '127.0.0.1', Port: backend.port }];
    await emulator.sdk.BatchRegisterTargets({ LoadBalancerId: lb, Targets });
    return { ListenerId, backend };
  }
  const health = async () => {
    const { LoadBalancers } = await emulator.sdk.DescribeTargetHealth({ LoadBalancerIds: [lb] });
    return LoadBalancers?.[0]?.Listeners?.[0]?.Rules?.[0]?.Targets?.[0];
  };
  const becomes = (detail: string) => eventually(async () => (await health())?.HealthStatusDetail === detail);

  test('a target whose listener has no health check is Close at once', async () => {
    await start({ HealthSwitch: 0 });
    expect(await health()).toMatchObject({ HealthStatusDetail: 'Close', HealthStatus: false });
  });

  test('an HTTP check that gets a status outside its mask makes the target Dead', async () => {
    const { backend } = await start(
      { CheckType: 'HTTP', HttpCheckDomain: 'a.b', HttpVersion: 'HTTP/1.1', HttpCode: 2 },
      500,
    );
    await becomes('Dead');
    expect(backend.seen[0]).toBe('HEAD a.b/');
  });

  test('refused probes make a target Dead, and Alive again when they are refused no more', async () => {
    const { ListenerId } = await start({});
    await becomes('Alive');
    await emulator.admin('PUT', '/faults/mute', { kind: 'refuse-probes', ip: '127.0.0.1', listenerId: ListenerId });
    await becomes('Dead');
    await emulator.admin('DELETE', '/faults/mute');
    await becomes('Alive');
    const { body } = await emulator.admin<{ changes: { from: string; to: string }[] }>('GET', '/health-changes');
    expect(body.changes.map(({ from, to }) => `${from} ${to}`)).toEqual(['Unknown Alive', 'Alive Dead', 'Dead Alive']);
  });

  test('refusing the probes of another target changes nothing', async () => {
    await start({});
    await emulator.admin('PUT', '/faults/other', { kind: 'refuse-probes', ip: '10.0.0.1' });
    await becomes('Alive');
  });

  test('CheckPort is probed instead of the port that gets the traffic', async () => {
    const other = await startBackend();
    closers.push(() => other.server.close());
    const { backend } = await start({ CheckPort: other.port });
    backend.server.close();
    await becomes('Alive');
  });
});
