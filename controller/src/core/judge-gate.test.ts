import { describe, expect, test } from '@jest/globals';
import { gateReason } from '@clb-direct/shared/domain/gate.ts';
import { aBinding, aPod, clbId } from '../testing/builders.ts';
import type { Binding } from './binding.ts';
import { judgeGate, type GateFacts, type GatePolicy } from './judge-gate.ts';
import { bindingKey, emptySight, type SeenTarget, type Sight } from './sight.ts';
import type { PodView } from './views.ts';

const policy: GatePolicy = {
  gateType: 'example.com/gate',
  settleMs: 5_000,
  onWaitLimit: 'hold',
  waitLimitMs: 60_000,
  tellAfterMs: 30_000,
};
const nowMs = 100_000;

function aSight(target?: Partial<SeenTarget>, overrides: Partial<Sight> = {}): Sight {
  const seen = { weight: 10, ownerUid: 'uid-web-1', health: 'Alive' as const, ...target };
  return {
    ...emptySight(clbId),
    state: 'seen',
    listenerIds: new Map([[bindingKey(aBinding()), 'lbl-1']]),
    targets: new Map(target === undefined ? [] : [['lbl-1/10.0.0.1:8080', seen]]),
    ...overrides,
  };
}

function judge(sight: Sight | undefined, overrides: Partial<GateFacts> = {}) {
  const found = { bindings: [aBinding()], unreadable: [], leftToTke: false };
  const facts = { nowMs, pod: aPod(), ...found, sightOf: () => sight, policy };
  return judgeGate({ ...facts, ...overrides });
}

const trouble = { reason: 'CloudThrottled', message: 'the cloud is slow' };
const conflict = { reason: 'ListenerConflict', message: 'the port is taken' };

describe('a gate opens', () => {
  test('when the CLB says Alive, with the words of TKE', () => {
    expect(judge(aSight({}))).toEqual({
      condition: {
        status: 'True',
        reason: 'LoadBalancerNetworkGroupReady',
        message: 'Marking condition "example.com/gate" to True.',
      },
      recheckMs: undefined,
      failing: false,
      overdue: false,
    });
  });

  test('when the health check is off, with its own reason', () => {
    expect(judge(aSight({ health: 'Close' })).condition).toMatchObject({
      status: 'True',
      reason: gateReason.healthCheckOff,
    });
  });

  test('for a target whose owner nobody knows', () => {
    expect(judge(aSight({ ownerUid: undefined })).condition).toMatchObject({ status: 'True' });
  });

  test('although something else on the CLB is in trouble', () => {
    expect(judge(aSight({}, { trouble })).condition).toMatchObject({ status: 'True', reason: gateReason.healthy });
  });
});

describe('a gate waits', () => {
  test.each<[string, Sight | undefined, Partial<PodView>, Partial<Binding>, string]>([
    ['nothing was seen yet', undefined, {}, {}, 'the pod is not registered yet'],
    ['there is no listener', aSight({}, { listenerIds: new Map() }), {}, {}, 'not registered yet'],
    ['the pod is not registered', aSight(), {}, {}, 'not registered yet'],
    ['the pod has no IP', aSight({}), { ip: undefined }, {}, 'not registered yet'],
    ['the target is that of another pod', aSight({ ownerUid: 'uid-stranger' }), {}, {}, 'not registered yet'],
    ['the target is at weight 0', aSight({ weight: 0 }), {}, {}, 'at weight 0 still'],
    ['no check has passed', aSight({ health: 'Unknown' }), {}, {}, 'has not passed yet'],
    ['nothing is known of its health', aSight({ health: undefined }), {}, {}, 'has not passed yet'],
    ['the check fails', aSight({ health: 'Dead' }), {}, {}, 'admit 100.64.0.0/10?'],
    ['the check fails amid trouble', aSight({ health: 'Dead' }, { trouble }), {}, {}, 'health check fails'],
    ['the containers are not ready', aSight({}), { containersReady: false }, {}, 'the containers to be ready'],
    ['the pod is in the host network', aSight({}), { hostNetwork: true }, {}, 'is never a target'],
    ['the pod lacks the named port', aSight({}), {}, { targetPort: 'http' }, 'no TCP container port named "http"'],
    ['a conflict', aSight({}, { obstacles: new Map([[bindingKey(aBinding()), conflict]]) }), {}, {}, 'port is taken'],
    ['trouble', aSight({ health: 'Unknown' }, { trouble }), {}, {}, 'the cloud is slow'],
    ['the CLB is gone', aSight({}, { trouble, state: 'absent' }), {}, {}, 'the cloud is slow'],
  ])('because %s', (_, ...[sight, pod, binding, text]) => {
    const verdict = judge(sight, { pod: aPod(pod), bindings: [aBinding(binding)] });
    expect(verdict.condition).toMatchObject({ status: 'False', reason: gateReason.waiting });
    expect(verdict.condition).toMatchObject({ message: expect.stringContaining(text) as unknown });
    expect(verdict.condition).toMatchObject({
      message: expect.stringContaining('TCP/80 of lb-one (Service shop/web): ') as unknown,
    });
    expect(verdict.failing).toBe(text.includes('100.64') || text.includes('check fails'));
  });

  test('and people are told when it has waited longer than a check takes', () => {
    const pod = (waitedMs: number) => aPod({ containersReadyAtMs: nowMs - waitedMs });
    const soon = judge(aSight({ health: 'Unknown' }), { pod: pod(10_000) });
    expect(soon).toMatchObject({ overdue: false, recheckMs: 20_000 });
    const late = judge(aSight({ health: 'Unknown' }), { pod: pod(30_000) });
    expect(late).toMatchObject({ overdue: true, recheckMs: undefined });
  });

  test('because a Service cannot be read', () => {
    expect(judge(aSight({}), { unreadable: ['Service shop/x: no CLB'] }).condition).toEqual({
      status: 'False',
      reason: gateReason.waiting,
      message: 'Service shop/x: no CLB',
    });
  });
});

describe('a gate of a pod that a Service left to TKE selects', () => {
  const old = aPod({ createdAtMs: 0 });

  test('is left to TKE for ever, as it may be the very gate that TKE opens', () => {
    const verdict = judge(undefined, { pod: old, bindings: [], leftToTke: true });
    expect(verdict).toEqual({ condition: 'leave', recheckMs: undefined, failing: false, overdue: false });
  });

  test('is ours to judge when a Service of ours selects the pod too', () => {
    expect(judge(aSight({}), { pod: aPod(), leftToTke: true }).condition).toMatchObject({ status: 'True' });
  });
});

describe('several bindings', () => {
  const second = aBinding({ port: 443, loadBalancerId: 'lb-two' });
  const bindings = [aBinding(), second];
  const other = (target?: Partial<SeenTarget>) =>
    aSight(target, { loadBalancerId: 'lb-two', listenerIds: new Map([[bindingKey(second), 'lbl-1']]) });
  const sightOf = (on: Sight) => (id: string) => (id === clbId ? aSight({}) : on);

  test('all of them must be healthy', () => {
    expect(judge(undefined, { bindings, sightOf: sightOf(other()) }).condition).toMatchObject({
      status: 'False',
      message: 'TCP/443 of lb-two (Service shop/web): the pod is not registered yet',
    });
    expect(judge(undefined, { bindings, sightOf: sightOf(other({})) }).condition).toMatchObject({ status: 'True' });
  });

  test('what fails is told first, and sentences are joined without their full stop', () => {
    const obstacles = new Map([[bindingKey(aBinding()), { reason: 'R', message: 'the port is taken.' }]]);
    const on = { [clbId]: aSight(undefined, { obstacles }), 'lb-two': other({ health: 'Dead' }) };
    const more = ['Service shop/x: write an id.', 'Service shop/y: write one too.'];
    const verdict = judge(undefined, { bindings, unreadable: more, sightOf: (id) => on[id as keyof typeof on] });
    expect(verdict).toMatchObject({
      failing: true,
      condition: {
        message:
          "TCP/443 of lb-two (Service shop/web): the CLB's health check fails; does the pod answer on its port, and do its security groups admit 100.64.0.0/10?; " +
          'Service shop/x: write an id; Service shop/y: write one too; TCP/80 of lb-one (Service shop/web): the port is taken.',
      },
    });
  });

  test('the one without a check gives its reason', () => {
    expect(judge(undefined, { bindings, sightOf: sightOf(other({ health: 'Close' })) }).condition).toMatchObject({
      reason: gateReason.healthCheckOff,
    });
  });
});

describe('a pod that nothing selects', () => {
  test('is left alone until it has settled', () => {
    const pod = aPod({ createdAtMs: nowMs - 2_000 });
    expect(judge(undefined, { bindings: [], pod })).toEqual({
      condition: 'leave',
      recheckMs: 3_000,
      failing: false,
      overdue: false,
    });
  });

  test('opens its gate then, with a reason of its own', () => {
    const pod = aPod({ createdAtMs: nowMs - 5_000, containersReady: false });
    expect(judge(undefined, { bindings: [], pod }).condition).toMatchObject({
      status: 'True',
      reason: gateReason.noBinding,
    });
  });
});

describe('a gate that waits too long', () => {
  const opens: GatePolicy = { ...policy, onWaitLimit: 'open' };
  const since = (containersReadyAtMs: number | undefined) => aPod({ containersReadyAtMs });

  test('stays closed by default', () => {
    expect(judge(undefined, { pod: since(0) })).toMatchObject({ condition: { status: 'False' }, recheckMs: undefined });
  });

  test('opens by policy, with its own reason', () => {
    expect(judge(undefined, { policy: opens, pod: since(nowMs - 60_000) }).condition).toMatchObject({
      status: 'True',
      reason: gateReason.waitedTooLong,
      message: expect.stringContaining('after 60 s of waiting: TCP/80') as unknown,
    });
  });

  test('is judged again when the limit is reached', () => {
    expect(judge(undefined, { policy: opens, pod: since(nowMs - 50_000) })).toMatchObject({
      condition: { status: 'False' },
      recheckMs: 10_000,
    });
  });

  test('does not count the time before the containers were ready', () => {
    const pod = aPod({ containersReady: false, containersReadyAtMs: undefined });
    expect(judge(undefined, { policy: opens, pod })).toMatchObject({
      condition: { status: 'False' },
      recheckMs: undefined,
    });
  });
});
