import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  eventually,
  makeListeners,
  refusalOf,
  startTestEmulator,
  type TestEmulator,
} from '../testing/test-emulator.ts';
import type { Summary } from './summary.ts';

const LoadBalancerId = 'lb-local001';

describe('the calls of a rollout and their sums', () => {
  let emulator: TestEmulator;
  let folder: string;
  let listenerId: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'emulator-call-log-'));
    const healthRules = [{ range: '10.0.0.0/8', health: 'Alive' as const }];
    emulator = await startTestEmulator({ callLog: join(folder, 'log'), healthRules });
    [listenerId = ''] = await makeListeners(emulator.sdk, { ports: [80] });
  });
  afterEach(async () => {
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  const summary = async (since = '') => (await emulator.admin<Summary>('GET', `/call-sums?since=${since}`)).body;
  const metrics = async () => (await fetch(`http://127.0.0.1:${emulator.adminPort}/metrics`)).text();
  const targets = (...ips: string[]) => ips.map((EniIp) => ({ ListenerId: listenerId, EniIp, Port: 80 }));
  async function rollOut() {
    await emulator.sdk.BatchRegisterTargets({ LoadBalancerId, Targets: targets('10.0.0.1', '10.0.0.2') });
    await emulator.sdk.BatchDeregisterTargets({ LoadBalancerId, Targets: targets('10.0.0.2') });
    await refusalOf(emulator.sdk.BatchDeregisterTargets({ LoadBalancerId: 'lb-none', Targets: targets('10.0.0.1') }));
    await emulator.sdk.DescribeTargetHealth({ LoadBalancerIds: [LoadBalancerId, LoadBalancerId] });
    return eventually(async () => {
      const { body } = await emulator.admin<{ changes: unknown[] }>('GET', '/health-changes');
      return body.changes.length > 0;
    });
  }

  test('counts what it cost: calls by action and result, targets per call, calls by load balancer', async () => {
    const { mark } = await summary();
    await rollOut();
    const { calls } = await summary(mark);
    expect(calls).toMatchObject({ calls: 4, writes: 3, refused: 1 });
    expect(calls.byAction['BatchRegisterTargets']).toEqual({
      ...{ calls: 1, writes: 1, refused: 0, results: { OK: 1 }, faulty: 0 },
      targets: { total: 2, most: 2 },
    });
    expect(calls.byAction['BatchDeregisterTargets']).toMatchObject({
      results: { OK: 1, 'InvalidParameter.LBIdNotFound': 1 },
      targets: { total: 2, most: 1 },
    });
    expect(calls.byLoadBalancer).toEqual({
      [LoadBalancerId]: { calls: 3, writes: 2, refused: 0 },
      'lb-none': { calls: 1, writes: 1, refused: 1 },
    });
    expect((await summary((await summary()).mark)).calls).toMatchObject({ calls: 0, byAction: {} });
  });

  test('shows when a target became Alive and how long that took from its registration', async () => {
    await rollOut();
    const story = (await summary()).targets.find(({ ip }) => ip === '10.0.0.1');
    expect(story).toMatchObject({ loadBalancerId: LoadBalancerId, listenerId, ruleId: null, port: 80 });
    expect(story?.changes.map(({ to }) => to)).toEqual(['Alive']);
    expect(story?.msToAlive).toBe((story?.aliveAtMs ?? 0) - (story?.registeredAtMs ?? 0));
    expect(story?.msToAlive).toBeGreaterThan(0);
  });

  test('a target that comes back is Alive for the first time once', async () => {
    await rollOut();
    const becomes = (count: number) =>
      eventually(async () => {
        const { body } = await emulator.admin<{ changes: object[] }>('GET', '/health-changes');
        return body.changes.length >= count;
      });
    await emulator.admin('PUT', '/faults/mute', { kind: 'refuse-probes', ip: '10.0.0.1' });
    await becomes(2);
    await emulator.admin('DELETE', '/faults/mute');
    await becomes(3);
    const story = (await summary()).targets.find(({ ip }) => ip === '10.0.0.1');
    expect(story?.changes.map(({ to }) => to)).toEqual(['Alive', 'Dead', 'Alive']);
    expect(story?.aliveAtMs).toBe(story?.changes[0]?.atMs);
    expect(await metrics()).toContain('clb_emulator_target_alive_seconds_count{load_balancer="lb-local001"} 1');
  });

  test('calls that a fault has hit are counted', async () => {
    await emulator.admin('PUT', '/faults/slow', { kind: 'latency', delayMs: 1, action: 'DescribeQuota' });
    await emulator.sdk.DescribeQuota();
    expect((await summary()).calls.byAction['DescribeQuota']).toMatchObject({ calls: 1, faulty: 1 });
    expect(await metrics()).toContain('clb_emulator_fault_hits_total{fault="slow",kind="latency"} 1');
  });

  test('begins at a time too, and refuses what is none', async () => {
    await rollOut();
    const { untilMs } = await summary();
    expect((await summary(String(untilMs + 1))).calls.calls).toBe(0);
    expect((await summary(new Date(untilMs - 60_000).toISOString())).calls.calls).toBeGreaterThan(4);
    const refused = await emulator.admin('GET', '/call-sums?since=yesterday');
    expect(refused).toMatchObject({ status: 400, body: { error: expect.stringMatching(/^since: got "yesterday"/) } });
  });

  test('is there for Prometheus', async () => {
    await rollOut();
    const text = await metrics();
    const calls = 'clb_emulator_calls_total{action="BatchRegisterTargets",load_balancer="lb-local001",result="OK"} 1';
    expect(text).toContain(calls);
    expect(text).toContain('clb_emulator_call_targets_sum{action="BatchRegisterTargets"} 2');
    expect(text).toContain(
      'clb_emulator_health_changes_total{load_balancer="lb-local001",from="Unknown",to="Alive"} 1',
    );
    expect(text).toContain('clb_emulator_target_alive_seconds_count{load_balancer="lb-local001"} 1');
    expect(text).toContain('clb_emulator_targets{load_balancer="lb-local001",health="Alive"} 1');
    expect(text).toContain('clb_emulator_targets{load_balancer="lb-local001",health="Dead"} 0');
  });

  test('is a JSON line each in a file', async () => {
    await rollOut();
    const lines = await eventually(() => {
      const text = readFileSync(join(folder, 'log'), 'utf8').trimEnd();
      const parsed = text.split('\n').map((line) => JSON.parse(line) as { kind: string; action?: string; to?: string });
      return Promise.resolve(parsed.some(({ kind }) => kind === 'health') && parsed);
    });
    expect(lines.filter(({ action }) => action === 'BatchRegisterTargets')).toHaveLength(1);
    expect(lines.find(({ kind }) => kind === 'health')).toMatchObject({ to: 'Alive', ip: '10.0.0.1', ruleId: null });
  });
});
