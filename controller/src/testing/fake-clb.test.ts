import { beforeEach, describe, expect, test } from '@jest/globals';
import { applySteps } from '../core/model/apply-step.ts';
import { boundTargets, type ObservedLoadBalancer } from '../core/model/observed.ts';
import type { Step } from '../core/model/step.ts';
import { DrainStop } from '../engine/drain-stop.ts';
import { sendSteps } from '../engine/send-steps.ts';
import type { TargetRef } from '../core/model/target.ts';
import { anObserved } from './builders.ts';
import { FakeClb } from './fake-clb.ts';
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
} from './steps.ts';

const { signal } = new AbortController();
const id = 'lb-made1';
let clb: FakeClb;

const tcp = createListener({ name: 'tcp', protocol: 'TCP', port: 80, settings: { healthCheck: { TimeOut: 2 } } });
const https = createListener({ name: 'https', protocol: 'HTTPS', port: 443, settings: { sniSwitch: true } });
const onHttps = (domain: string, url: string) => ({ listenerId: 'lbl-2', place: aRulePlace(domain, url) });
const certificates = { mode: 'UNIDIRECTIONAL', ids: ['cert-1'] } as const;
const atListener = { listenerId: 'lbl-1', ip: '10.0.0.1', port: 8080 };
const atRule = { ...atListener, listenerId: 'lbl-2', locationId: 'loc-1' };
const bind = (target: TargetRef) => register({ ...target, weight: 10, tag: 'pod' });

beforeEach(async () => {
  clb = new FakeClb();
  await clb.createLoadBalancer(createLoadBalancer({ name: 'web' }), 'token', signal);
});

const write = async (step: Step) =>
  sendSteps([step], { clb, balancerId: id, signal, stop: new DrainStop([step], () => false) });

/** The settings and targets of every place, by its id. */
function shown(tree: ObservedLoadBalancer | undefined) {
  const listeners = tree?.listeners ?? [];
  return {
    settings: tree?.settings,
    listeners: listeners.map(({ id: listenerId, name, settings }) => ({ listenerId, name, settings })),
    rules: listeners.flatMap(({ rules }) =>
      rules.map(({ id: locationId, place: { domain, url }, settings }) => ({ locationId, domain, url, settings })),
    ),
    targets: tree === undefined ? [] : boundTargets(tree),
  };
}

async function answered() {
  const listeners = await clb.describeListeners(id, signal);
  const ids = listeners.map((listener) => listener.id);
  return {
    settings: (await clb.describeLoadBalancer(id, signal))?.settings,
    listeners: listeners.map(({ id: listenerId, name, settings }) => ({ listenerId, name, settings })),
    rules: listeners.flatMap(({ rules }) => rules),
    targets: await clb.describeTargets(id, ids, signal),
  };
}

test('each kind of step does what the model says that it does', async () => {
  const made = { owners: [], reason: 'settings-changed' } as const;
  const steps: Step[] = [
    { ...made, kind: 'modify-load-balancer', settings: { passToTarget: true } },
    tcp,
    https,
    modifyListener('lbl-1', { name: 'new', settings: { healthCheck: { IntervalTime: 5 }, scheduler: 'WRR' } }),
    createRule(onHttps('example.com', '/a')),
    createRule(onHttps('example.com', '/b')),
    createRule(onHttps('example.org', '/')),
    modifyRule({ ...onHttps('example.com', '/b'), settings: { scheduler: 'IP_HASH' } }, 'loc-2'),
    setCertificates(onHttps('example.com', '/a'), certificates),
    setCertificates({ listenerId: 'lbl-1', place: tcp.place }, certificates),
    bind(atListener),
    bind(atRule),
    bind({ ...atRule, port: 9090 }),
    setWeight(atRule, 0),
    deregister({ ...atRule, port: 9090 }),
    deleteRule(onHttps('example.org', '/'), 'loc-3'),
  ];
  const names = ['lbl-1', 'lbl-2', 'loc-1', 'loc-2', 'loc-3'].values();
  let tree: ObservedLoadBalancer | undefined = { ...anObserved(), id, settings: { name: 'web' } };
  for (const step of steps) {
    tree = applySteps(tree, [step], () => names.next().value ?? '');
    expect(await write(step)).toEqual([]);
    const { targets, ...places } = shown(tree);
    const answer = await answered();
    expect(answer).toMatchObject(places);
    expect(answer.targets.map((target) => ({ ...target, health: undefined }))).toEqual(targets);
  }
  expect(clb.picture(id)).toEqual({ '443 example.com/a/10.0.0.1:8080': 0, '80/10.0.0.1:8080': 10 });
  expect(clb.writes.map(({ action }) => action)).toHaveLength(steps.length + 1);
});

test('what is deleted takes its targets along', async () => {
  for (const step of [tcp, https, createRule(onHttps('example.com', '/')), bind(atListener), bind(atRule)]) {
    await write(step);
  }
  await clb.deleteRules(id, [deleteRule(onHttps('example.com', '/'), 'loc-1')], signal);
  expect(clb.picture(id)).toEqual({ '80/10.0.0.1:8080': 10 });
  await clb.deleteListener(id, 'lbl-1', signal);
  expect(clb.picture(id)).toEqual({});
  await clb.deleteLoadBalancer(id, signal);
  expect(await clb.describeLoadBalancer(id, signal)).toBeUndefined();
});

test('health is of a place: the same address at a listener and at a rule are two targets', async () => {
  for (const step of [tcp, https, createRule(onHttps('example.com', '/')), bind(atListener), bind(atRule)]) {
    await write(step);
  }
  clb.setHealth('Alive', ({ locationId }) => locationId === 'loc-1');
  const healths = await clb.describeHealths([id, 'lb-missing'], signal);
  expect(healths.answers.map(({ listenerId, locationId, health }) => [listenerId, locationId, health])).toEqual([
    ['lbl-1', undefined, 'Unknown'],
    ['lbl-2', 'loc-1', 'Alive'],
  ]);
});

test('the same token makes one CLB', async () => {
  expect(await clb.createLoadBalancer(createLoadBalancer(), 'token', signal)).toBe(id);
  expect(await clb.createLoadBalancer(createLoadBalancer(), 'other', signal)).toBe('lb-made2');
  expect([...clb.balancers.keys()]).toEqual([id, 'lb-made2']);
});

describe('refused as the API does it', () => {
  beforeEach(async () => {
    for (const step of [tcp, https, createRule(onHttps('example.com', '/'))]) await write(step);
  });

  test('a port that is taken, with all listeners of the call', async () => {
    const free = createListener({ name: 'free', protocol: 'UDP', port: 80 });
    const taken = createListener({ name: 'taken', protocol: 'HTTP', port: 80 });
    const refusals = await clb.createListeners(id, [free, taken], signal);
    expect(refusals).toMatchObject([{ steps: [free, taken], error: { kind: 'refused' } }]);
    expect(clb.listenersOf(id)).toHaveLength(2);
    expect(await clb.createListeners(id, [free], signal)).toEqual([]);
  });

  test.each([
    ['a rule that is there', createRule(onHttps('example.com', '/'))],
    ['a rule of a TCP listener', createRule({ ...onHttps('example.com', '/x'), listenerId: 'lbl-1' })],
  ])('%s', async (_, step) => {
    expect(await clb.createRules(id, [step], signal)).toMatchObject([{ steps: [step], error: { kind: 'refused' } }]);
  });

  test('targets by whole listeners, for any of their places', async () => {
    const bad = bind({ ...atRule, locationId: 'loc-9' });
    const steps = [bind(atRule), bad, bind(atListener)];
    const refusals = await clb.register(id, steps, signal);
    expect(refusals).toMatchObject([{ steps: steps.slice(0, 2), error: { kind: 'refused' } }]);
    expect(refusals[0]?.error.message).toContain('loc-9 not found');
    expect(clb.picture(id)).toEqual({ '80/10.0.0.1:8080': 10 });
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a CLB', () => clb.modifyLoadBalancer('lb-missing', {}, signal)],
    ['a listener', () => clb.deleteListener(id, 'lbl-9', signal)],
    [
      'a listener for a rule',
      () => clb.createRules(id, [createRule({ ...onHttps('example.com', '/'), listenerId: 'lbl-9' })], signal),
    ],
    ['a rule', () => clb.modifyRule(id, modifyRule(onHttps('example.com', '/'), 'loc-9'), signal)],
  ])('what is done to %s that is not there', async (_, ask) => {
    await expect(ask()).rejects.toMatchObject({ kind: 'gone' });
  });

  test('to switch SNI off, and to delete what is protected', async () => {
    const off = modifyListener('lbl-2', { settings: { sniSwitch: false } });
    await expect(clb.modifyListener(id, off, signal)).rejects.toMatchObject({ kind: 'refused' });
    await clb.modifyLoadBalancer(id, { deleteProtect: true }, signal);
    await expect(clb.deleteLoadBalancer(id, signal)).rejects.toMatchObject({ kind: 'refused' });
  });
});
