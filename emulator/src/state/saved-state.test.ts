import { afterEach, describe, expect, test } from '@jest/globals';
import {
  eventually,
  makeListeners,
  refusalOf,
  startTestEmulator,
  waitForTask,
  type TestEmulator,
} from '../testing/test-emulator.ts';
import type { SavedState } from './saved-schema.ts';

const LoadBalancerId = 'lb-local001';
const Certificate = { SSLMode: 'UNIDIRECTIONAL', CertName: 'own', CertContent: 'chain', CertKey: 'key' };

describe('a state that is saved and loaded', () => {
  const open: TestEmulator[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((emulator) => emulator.close()));
  });
  async function start(options: Parameters<typeof startTestEmulator>[0] = {}) {
    const emulator = await startTestEmulator({ healthRules: [{ range: '10.0.0.0/8', health: 'Alive' }], ...options });
    open.push(emulator);
    return emulator;
  }
  const save = async (emulator: TestEmulator) => (await emulator.admin<SavedState>('GET', '/state/save')).body;
  const load = (emulator: TestEmulator, state: unknown) =>
    emulator.admin<{ error?: string }>('PUT', '/state/load', state);

  /** Load balancers of both kinds, listeners of layers 4 and 7, a rule, a redirection, targets, a certificate. */
  async function fill({ sdk }: TestEmulator) {
    const [ListenerId = ''] = await makeListeners(sdk, { ports: [81] });
    await sdk.BatchRegisterTargets({
      LoadBalancerId,
      Targets: [{ ListenerId, EniIp: '10.0.0.1', Port: 80, Weight: 7, Tag: 'mine' }],
    });
    const https = await sdk.CreateListener({ LoadBalancerId, Ports: [443], Protocol: 'HTTPS', Certificate });
    await waitForTask(sdk, https.RequestId);
    const httpsId = https.ListenerIds?.[0] ?? '';
    const Rules = [{ Domain: 'a.example', Url: '/', HealthCheck: { HealthSwitch: 0 } }];
    const rule = await sdk.CreateRule({ LoadBalancerId, ListenerId: httpsId, Rules });
    await waitForTask(sdk, rule.RequestId);
    const LocationId = rule.LocationIds?.[0] ?? '';
    const Targets = [{ ListenerId: httpsId, LocationId, EniIp: '10.0.0.2', Port: 80 }];
    await sdk.BatchRegisterTargets({ LoadBalancerId, Targets });
    const rewrite = await sdk.AutoRewrite({ LoadBalancerId, ListenerId: httpsId, Domains: ['a.example'] });
    await waitForTask(sdk, rewrite.RequestId);
    const Tags = [{ TagKey: 'a', TagValue: 'b' }];
    const made = await sdk.CreateLoadBalancer({
      LoadBalancerType: 'OPEN',
      LoadBalancerName: 'more',
      Tags,
      ClientToken: 't',
    });
    await waitForTask(sdk, made.RequestId);
    return { ListenerId, second: made.LoadBalancerIds?.[0] };
  }
  const aliveCount = (state: SavedState) =>
    state.loadBalancers.flatMap(({ listeners }) => listeners).filter(({ targets }) => targets[0]?.health === 'Alive')
      .length;
  async function savedOne() {
    const emulator = await start();
    const ids = await fill(emulator);
    const saved = await eventually(async () => {
      const state = await save(emulator);
      return aliveCount(state) === 1 && state;
    });
    return { emulator, saved, ...ids };
  }

  test('is the same in another emulator, targets stay Alive, and what is made there gets new ids', async () => {
    const { saved, ListenerId, second } = await savedOne();
    // Its probes would take minutes to find out what is Alive.
    const other = await start({ loadBalancers: [], probeSpeed: 0.01 });
    expect(await load(other, saved)).toMatchObject({ status: 200, body: { loadBalancers: 2 } });
    const again = await save(other);
    expect({ ...again, savedAtMs: 0 }).toEqual({ ...saved, savedAtMs: 0 });
    const Listeners = (await other.sdk.DescribeListeners({ LoadBalancerId })).Listeners ?? [];
    expect(Listeners.map(({ Protocol, Port }) => `${Protocol} ${Port}`)).toEqual(['TCP 81', 'HTTPS 443', 'HTTP 80']);
    const repeated = { LoadBalancerType: 'OPEN', LoadBalancerName: 'more', ClientToken: 't' };
    expect((await other.sdk.CreateLoadBalancer(repeated)).LoadBalancerIds).toEqual([second]);
    const [made] = await makeListeners(other.sdk, { ports: [82] });
    expect(made).not.toBe(ListenerId);
    const ids = (await save(other)).loadBalancers.flatMap(({ listeners }) => listeners.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is there from the start', async () => {
    const { saved } = await savedOne();
    const other = await start({ state: saved, loadBalancers: [] });
    expect((await save(other)).loadBalancers).toEqual(saved.loadBalancers);
    const ListenerId = saved.loadBalancers[0]?.listeners[0]?.id ?? '';
    const Targets = [{ ListenerId, EniIp: '10.0.0.9', Port: 80 }];
    await other.sdk.BatchRegisterTargets({ LoadBalancerId, Targets });
    const changes = await eventually(async () => {
      const { body } = await other.admin<{ changes: { ip: string }[] }>('GET', '/health-changes');
      return body.changes.length > 0 && body.changes;
    });
    // By now the others have been probed too, and are still what they were.
    expect(changes.map(({ ip }) => ip)).toEqual(['10.0.0.9']);
  });

  test('replaces the whole state', async () => {
    const { saved } = await savedOne();
    const other = await start({ loadBalancers: [{ id: 'lb-other', vip: '198.51.100.77', vpcId: 'vpc-1' }] });
    await load(other, saved);
    expect((await save(other)).loadBalancers.map(({ id }) => id)).not.toContain('lb-other');
    expect((await refusalOf(other.sdk.DescribeListeners({ LoadBalancerId: 'lb-other' }))).code).toBe(
      'InvalidParameter.LBIdNotFound',
    );
  });

  test('is not loaded while tasks run', async () => {
    const slow = { p50Ms: 60_000, p99Ms: 60_000 };
    const emulator = await start({ latencies: { task: slow, batch: slow, create: slow } });
    const saved = await save(emulator);
    await emulator.sdk.CreateListener({ LoadBalancerId, Ports: [80], Protocol: 'TCP' });
    const refused = await load(emulator, saved);
    expect(refused).toMatchObject({
      status: 409,
      body: { error: expect.stringMatching(/^tasks are running \(1\), .* wait/) },
    });
  });

  test('is refused with what is wrong and where, and nothing changes', async () => {
    const { emulator, saved } = await savedOne();
    const before = JSON.stringify((await save(emulator)).loadBalancers);
    const problemsOf = async (change: (state: SavedState) => unknown) => {
      const state = structuredClone(saved);
      const { status, body } = await load(emulator, change(state) ?? state);
      expect(status).toBe(400);
      return body.error?.split('\n');
    };
    const listenerOf = ({ loadBalancers }: SavedState) => loadBalancers[0]?.listeners[0] ?? {};
    expect(await problemsOf(() => ({ loadBalancers: [] }))).toEqual([
      'version: got none, expects 1: is this what GET /state/save returned?',
    ]);
    expect(await problemsOf((state) => ({ ...state, version: 2 }))).toEqual([expect.stringMatching(/^version: got 2/)]);
    expect(await problemsOf((state) => void Object.assign(listenerOf(state), { port: 'eighty', speed: 1 }))).toEqual([
      'loadBalancers.0.listeners.0.speed: is not known; remove it',
      'loadBalancers.0.listeners.0.port: got "eighty", must be integer',
    ]);
    expect(await problemsOf((state) => void Object.assign(listenerOf(state), { id: undefined }))).toEqual([
      'loadBalancers.0.listeners.0.id: is missing',
    ]);
    expect(
      await problemsOf((state) => void Object.assign(state.loadBalancers[1] ?? {}, { id: LoadBalancerId })),
    ).toEqual([`load balancer ${LoadBalancerId} is there twice`]);
    expect(await problemsOf((state) => void Object.assign(state.loadBalancers[1] ?? {}, { region: 'ap-x' }))).toEqual([
      expect.stringMatching(/region ap-x is not one of ap-guangzhou/),
    ]);
    expect(JSON.stringify((await save(emulator)).loadBalancers)).toBe(before);
  });
});
