import { describe, expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { defaultGateType, gateReason } from '@clb-direct/shared/domain/gate.ts';
import { aBinding, aListener, anObserved, aPod, aTarget, clbId, targetRules } from '../../testing/builders.ts';
import { existing } from '../model/balancer-ref.ts';
import { unseen, type BalancerState } from '../model/balancer-state.ts';
import { bindingKey, type PodBinding } from '../model/binding.ts';
import { targetKey, type Health } from '../model/target.ts';
import type { PodView } from '../model/pod-view.ts';
import type { GateWait } from '../model/gate-wait.ts';
import type { GateFacts, GatePolicy } from './gate-facts.ts';
import { judgeGate } from './judge-gate.ts';

const policy: GatePolicy = {
  gateType: 'example.com/gate',
  settleMs: 5_000,
  onWaitLimit: 'hold',
  waitLimitMs: 60_000,
  tellAfterMs: 30_000,
};
const nowMs = 100_000;

interface Seen {
  readonly weight: number;
  /** The pod that the target was registered for. */
  readonly podUid: string | undefined;
  readonly health: Health | undefined;
}

function aState(target?: Partial<Seen>, overrides: Partial<BalancerState> = {}): BalancerState {
  const { weight, podUid, health } = { weight: 10, podUid: 'uid-web-1', health: 'Alive' as const, ...target };
  const seen = aTarget({ weight, tag: podUid });
  const observed = anObserved({
    listeners: [aListener()],
    targets: target === undefined ? [] : [seen],
    health: new Map(health === undefined ? [] : [[targetKey(seen), health]]),
  });
  const placed = new Map([[bindingKey(aBinding()), { id: { listenerId: 'lbl-1' }, wanted: [] }]]);
  return { ...unseen(clbId), phase: 'seen', observed, placed, ...overrides };
}

function judge(state: BalancerState | undefined, overrides: Partial<GateFacts> = {}) {
  const found = { bindings: [aBinding()], waits: new Map(), unbound: [], skipped: [], leftToTke: false };
  const facts = { nowMs, pod: aPod(), ...found, stateOf: () => state, reach: targetRules.reach, policy };
  return judgeGate({ ...facts, ...overrides });
}

const unbound = (name: string, message: string) => {
  const owner = { kind: 'Service', namespace: 'shop', name, uid: `uid-${name}` } as const;
  return { owner, finding: { severity: 'Warning', reason: 'LoadBalancerNotNamed', message } } as const;
};
const trouble = { severity: 'Warning', reason: 'CloudThrottled', message: 'the cloud is slow' } as const;
const conflict = { severity: 'Warning', reason: 'ListenerConflict', message: 'the port is taken' } as const;

describe('a gate opens', () => {
  test('when the CLB says Alive, with the words of TKE', () => {
    expect(judge(aState({}))).toEqual({
      condition: {
        status: 'True',
        reason: 'LoadBalancerNetworkGroupReady',
        message: 'Marking condition "example.com/gate" to True.',
      },
      recheckMs: undefined,
      finding: {
        severity: 'Normal',
        reason: 'LoadBalancerNetworkGroupReady',
        message: 'Marking condition "example.com/gate" to True.',
      },
    });
  });

  test('when the health check is off, with its own reason', () => {
    expect(judge(aState({ health: 'Close' })).condition).toMatchObject({
      status: 'True',
      reason: gateReason.healthCheckOff,
    });
  });

  test('for a target whose pod is not known', () => {
    expect(judge(aState({ podUid: undefined })).condition).toMatchObject({ status: 'True' });
  });

  test('although something else on the CLB is in trouble', () => {
    expect(judge(aState({}, { trouble })).condition).toMatchObject({ status: 'True', reason: gateReason.healthy });
  });
});

describe('a gate waits', () => {
  test.each<[string, BalancerState | undefined, Partial<PodView>, Partial<PodBinding>, string]>([
    ['nothing was seen yet', undefined, {}, {}, 'the pod is not registered yet'],
    ['there is no listener', aState({}, { placed: new Map() }), {}, {}, 'not registered yet'],
    ['the pod is not registered', aState(), {}, {}, 'not registered yet'],
    ['the pod has no IP', aState({}), { ip: undefined }, {}, 'not registered yet'],
    ['the target is that of another pod', aState({ podUid: 'uid-other' }), {}, {}, 'not registered yet'],
    ['the target is at weight 0', aState({ weight: 0 }), {}, {}, 'at weight 0 still'],
    ['no check has passed', aState({ health: 'Unknown' }), {}, {}, 'has not passed yet'],
    ['nothing is known of its health', aState({ health: undefined }), {}, {}, 'has not passed yet'],
    ['the check fails', aState({ health: 'Dead' }), {}, {}, 'admit 100.64.0.0/10?'],
    ['the check fails amid trouble', aState({ health: 'Dead' }, { trouble }), {}, {}, 'health check fails'],
    ['the containers are not ready', aState({}), { containersReady: false }, {}, 'the containers to be ready'],
    ['the pod is in the host network', aState({}), { network: 'host' }, {}, 'is never a target'],
    ['the pod is on no ENI', aState({}), { network: 'bridge-annotation' }, {}, 'GlobalRouteDirectAccess: "true"'],
    [
      'the pod lacks the named port',
      aState({}),
      {},
      { backends: { ...aBinding().backends, targetPort: 'http' } },
      'no TCP container port named "http"',
    ],
    ['a conflict', aState({}, { obstacles: new Map([[bindingKey(aBinding()), conflict]]) }), {}, {}, 'port is taken'],
    ['trouble', aState({ health: 'Unknown' }, { trouble }), {}, {}, 'the cloud is slow'],
    ['the CLB is gone', aState({}, { trouble, phase: 'absent' }), {}, {}, 'the cloud is slow'],
  ])('because %s', (_, ...[state, pod, binding, text]) => {
    const verdict = judge(state, { pod: aPod(pod), bindings: [aBinding(binding)] });
    expect(verdict.condition).toMatchObject({ status: 'False', reason: gateReason.waiting });
    expect(verdict.condition).toMatchObject({ message: expect.stringContaining(text) as unknown });
    expect(verdict.condition).toMatchObject({
      message: expect.stringContaining('TCP/80 of lb-one (Service shop/web): ') as unknown,
    });
    const fails = text.includes('100.64') || text.includes('check fails');
    expect(verdict.finding?.reason === 'HealthCheckFailing').toBe(fails);
  });

  test('and is reported when it has waited longer than a check takes', () => {
    const pod = (waitedMs: number) => aPod({ containersReadyAtMs: nowMs - waitedMs });
    const soon = judge(aState({ health: 'Unknown' }), { pod: pod(10_000) });
    expect(soon).toMatchObject({ finding: undefined, recheckMs: 20_000 });
    const late = judge(aState({ health: 'Unknown' }), { pod: pod(30_000) });
    expect(late).toMatchObject({ finding: { reason: gateReason.waiting }, recheckMs: undefined });
  });

  test('because a Service cannot be read', () => {
    expect(judge(aState({}), { unbound: [unbound('x', 'no CLB')] }).condition).toEqual({
      status: 'False',
      reason: gateReason.waiting,
      message: 'Service shop/x: no CLB',
    });
  });
});

describe('a gate of a pod that a skipped Service selects', () => {
  const skipped = [{ kind: 'Service', namespace: 'shop', name: 'frozen', uid: 'uid-frozen' }] as const;

  test('opens with its own reason, whatever the CLB says', () => {
    expect(judge(undefined, { bindings: [], skipped }).condition).toEqual({
      status: 'True',
      reason: gateReason.skipped,
      message: 'Service shop/frozen is in mode "skip": clb-direct does not make the pod a target of its CLB.',
    });
  });

  test('waits for the containers, and for every other Service', () => {
    const starting = judge(undefined, { pod: aPod({ containersReady: false }), bindings: [], skipped });
    expect(starting.condition).toMatchObject({ status: 'False' });
    expect(judge(aState({ health: 'Unknown' }), { skipped }).condition).toMatchObject({ status: 'False' });
    expect(judge(aState({}), { skipped }).condition).toMatchObject({ status: 'True', reason: gateReason.skipped });
  });
});

describe('a gate of a pod that a Service left to TKE selects', () => {
  const old = aPod({ createdAtMs: 0 });

  test('is left to TKE for ever, as it may be the very gate that TKE opens', () => {
    const shared = { ...policy, gateType: defaultGateType };
    const verdict = judge(undefined, { pod: old, bindings: [], leftToTke: true, policy: shared });
    expect(verdict).toEqual({ condition: 'leave', recheckMs: undefined, finding: undefined });
  });

  test('is opened when its type is not the one that TKE opens', () => {
    const verdict = judge(undefined, { pod: old, bindings: [], leftToTke: true });
    expect(verdict.condition).toMatchObject({ status: 'True', reason: gateReason.noBinding });
  });

  test('is ours to judge when a Service of ours selects the pod too', () => {
    expect(judge(aState({}), { pod: aPod(), leftToTke: true }).condition).toMatchObject({ status: 'True' });
  });
});

describe('several bindings', () => {
  const second = aBinding({ place: { protocol: 'TCP', port: 443 }, balancer: existing('lb-two') });
  const bindings = [aBinding(), second];
  const other = (target?: Partial<Seen>) =>
    aState(target, {
      id: 'lb-two',
      placed: new Map([[bindingKey(second), { id: { listenerId: 'lbl-1' }, wanted: [] }]]),
    });
  const stateOf = (on: BalancerState) => (id: string) => (id === clbId ? aState({}) : on);

  test('all of them must be healthy', () => {
    expect(judge(undefined, { bindings, stateOf: stateOf(other()) }).condition).toMatchObject({
      status: 'False',
      message: 'TCP/443 of lb-two (Service shop/web): the pod is not registered yet',
    });
    expect(judge(undefined, { bindings, stateOf: stateOf(other({})) }).condition).toMatchObject({ status: 'True' });
  });

  test('what fails is named first, and sentences are joined without their full stop', () => {
    const obstacles = new Map([[bindingKey(aBinding()), { ...conflict, message: 'the port is taken.' }]]);
    const on = { [clbId]: aState(undefined, { obstacles }), 'lb-two': other({ health: 'Dead' }) };
    const more = [unbound('x', 'write an id.'), unbound('y', 'write one too.')];
    const verdict = judge(undefined, { bindings, unbound: more, stateOf: (id) => on[id as keyof typeof on] });
    expect(verdict).toMatchObject({
      finding: { severity: 'Warning', reason: 'HealthCheckFailing' },
      condition: {
        message:
          "TCP/443 of lb-two (Service shop/web): the CLB's health check fails; does the pod answer on its port, " +
          'and do its security groups admit 100.64.0.0/10?; Service shop/x: write an id; ' +
          'Service shop/y: write one too; TCP/80 of lb-one (Service shop/web): the port is taken.',
      },
    });
  });

  test('the one without a check gives its reason', () => {
    expect(judge(undefined, { bindings, stateOf: stateOf(other({ health: 'Close' })) }).condition).toMatchObject({
      reason: gateReason.healthCheckOff,
    });
  });
});

test('A pod behind a Prefix path waits for no rule that an Exact path of another owner has.', () => {
  const itself = aBinding({ place: { protocol: 'HTTP', port: 80, domain: 'a.com', url: '=/a' }, givesWay: true });
  const bindings = [aBinding(), itself];
  expect(judge(aState({}), { bindings }).condition).toMatchObject({ status: 'False' });
  const givenWay = new Set([bindingKey(itself)]);
  expect(judge(aState({}, { givenWay }), { bindings }).condition).toMatchObject({ status: 'True' });
});

describe('a pod that lacks a named port of a Service', () => {
  const to = (targetPort: string, port: number, owner = aBinding().owner) =>
    aBinding({ owner, place: { protocol: 'TCP', port }, backends: { ...aBinding().backends, targetPort } });
  const [http, metrics] = [to('http', 80), to('metrics', 9090)];
  const slim = aPod({ namedPorts: { 'TCP/http': 8080 } });

  test('waits for the ports that it has alone', () => {
    expect(judge(aState({}), { pod: slim, bindings: [http, metrics] }).condition).toMatchObject({ status: 'True' });
    expect(judge(aState(), { pod: slim, bindings: [http, metrics] }).condition).toMatchObject({
      status: 'False',
      message: 'TCP/80 of lb-one (Service shop/web): the pod is not registered yet',
    });
  });

  test('waits, with the reason, when it has none of them', () => {
    const misnamed = aPod({ namedPorts: { 'TCP/htpp': 8080, 'UDP/http': 8080 } });
    const { condition } = judge(aState({}), { pod: misnamed, bindings: [http, metrics] });
    expect(condition).toMatchObject({ status: 'False' });
    for (const name of ['http', 'metrics']) {
      const text = `the pod has no TCP container port named "${name}"`;
      expect(condition).toMatchObject({ message: expect.stringContaining(text) as unknown });
    }
  });

  test('waits when it has none of one Service, whatever it has of another', () => {
    const other = { ...aBinding().owner, name: 'other', uid: 'uid-other' };
    const { condition } = judge(aState({}), { pod: slim, bindings: [http, to('metrics', 9090, other)] });
    expect(condition).toMatchObject({
      status: 'False',
      message: 'TCP/9090 of lb-one (Service shop/other): the pod has no TCP container port named "metrics"',
    });
  });

  test('is judged as if the Service had only the ports that it has, if there are any', () => {
    const names = ['http', 'metrics', 'admin', 'grpc'];
    const all = names.map((name, index) => to(name, 80 + index));
    fc.assert(
      fc.property(
        fc.subarray(names, { minLength: 1 }),
        fc.constantFrom(aState({}), aState(), undefined),
        (has, state) => {
          const pod = aPod({ namedPorts: Object.fromEntries(has.map((name) => [`TCP/${name}`, 8080])) });
          const those = all.filter(({ backends }) => has.includes(String(backends.targetPort)));
          expect(judge(state, { pod, bindings: all })).toEqual(judge(state, { pod, bindings: those }));
        },
      ),
    );
  });
});

describe('a pod that nothing selects', () => {
  test('is left alone until it has settled', () => {
    const pod = aPod({ createdAtMs: nowMs - 2_000 });
    expect(judge(undefined, { bindings: [], pod })).toEqual({
      condition: 'leave',
      recheckMs: 3_000,
      finding: undefined,
    });
  });

  test('opens its gate then, with a reason of its own', () => {
    const pod = aPod({ createdAtMs: nowMs - 5_000 });
    expect(judge(undefined, { bindings: [], pod }).condition).toMatchObject({
      status: 'True',
      reason: gateReason.noBinding,
    });
  });

  test('is left alone however old it is while its containers are not ready; their readiness triggers the gate', () => {
    const pod = aPod({ createdAtMs: 0, containersReady: false, containersReadyAtMs: undefined });
    expect(judge(undefined, { bindings: [], pod })).toEqual({
      condition: 'leave',
      recheckMs: undefined,
      finding: undefined,
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

  test('counts from the creation of the pod at most, when the clock of its node is behind', () => {
    const pod = aPod({ createdAtMs: nowMs - 50_000, containersReadyAtMs: nowMs - 3_600_000 });
    expect(judge(undefined, { policy: opens, pod })).toMatchObject({
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

describe('an owner that says how long gates wait for it', () => {
  const pod = aPod({ containersReadyAtMs: nowMs - 20_000 });
  const opens: GatePolicy = { ...policy, onWaitLimit: 'open', waitLimitMs: 10_000 };
  const after = (afterMs: number): GateWait => ({ kind: 'open', afterMs });
  const said = (gateWait: GateWait) => new Map([['uid-web', gateWait]]);

  test('has its gates opened after that time, with the reason of it', () => {
    expect(judge(aState(), { pod, waits: said(after(20_000)) }).condition).toMatchObject({
      status: 'True',
      reason: gateReason.waitedTooLong,
      message: expect.stringContaining('Opened by policy after 20 s of waiting: TCP/80') as unknown,
    });
  });

  test('has them judged again when the time is over', () => {
    expect(judge(aState(), { pod, waits: said(after(25_000)) })).toMatchObject({
      condition: { status: 'False' },
      recheckMs: 5_000,
    });
  });

  test('wins over the setting, with "hold" too', () => {
    expect(judge(aState(), { pod, policy: opens }).condition).toMatchObject({ status: 'True' });
    expect(judge(aState(), { pod, policy: opens, waits: said({ kind: 'hold' }) }).condition).toMatchObject({
      status: 'False',
    });
    expect(judge(aState(), { pod, policy: opens, waits: said(after(60_000)) }).condition).toMatchObject({
      status: 'False',
    });
  });

  test('decides for itself alone: another one that waits keeps the gate closed', () => {
    const both = { unbound: [unbound('x', 'no CLB')], waits: said(after(1_000)) };
    expect(judge(aState(), { pod, ...both }).condition).toMatchObject({ status: 'False' });
    const waits = new Map([...both.waits, ['uid-x', after(2_000)] as const]);
    expect(judge(aState(), { pod, ...both, waits }).condition).toMatchObject({ status: 'True' });
  });
});

describe('a CLB that counts as deleted', () => {
  const absence = (wasSeen: boolean, isProven: boolean) => ({ sinceMs: 0, answers: 3, wasSeen, isProven });
  const gone = (wasSeen: boolean, isProven = true) =>
    aState(undefined, { phase: 'absent', trouble, absence: absence(wasSeen, isProven) });

  test('releases the pods that wait for it, with a reason of its own', () => {
    expect(judge(gone(true)).condition).toMatchObject({ status: 'True', reason: gateReason.balancerGone });
  });

  test.each<[string, BalancerState, Partial<PodView>]>([
    ['as long as that is not proven', gone(true, false), {}],
    ['if it was never seen: its id may be misspelled', gone(false), {}],
    ['before their containers are ready', gone(true), { containersReady: false }],
  ])('does not release them %s', (_, state, pod) => {
    expect(judge(state, { pod: aPod(pod) }).condition).toMatchObject({ status: 'False' });
  });
});

test('A gate waits with what may be said in the namespace of its pod.', () => {
  const refused = { severity: 'Warning', reason: 'CloudRefused', message: 'a change failed' } as const;
  const inNamespace = new Map([['shop', { ...refused, message: 'no such IP 10.0.0.1' }]]);
  const state = aState(undefined, { trouble: { ...refused, inNamespace } });
  const said = (namespace: string) => JSON.stringify(judge(state, { pod: aPod({ namespace }) }).condition);
  expect(said('shop')).toContain('no such IP 10.0.0.1');
  expect(said('other')).toContain('a change failed');
  expect(said('other')).not.toContain('10.0.0.1');
});

test('However long its reasons are, a message is one bounded line, and the finding has the same.', () => {
  const many = Array.from({ length: 50 }, (_, index) => unbound(`web-${index}`, '\u001b\n'.repeat(1_000)));
  const { condition, finding } = judge(undefined, { unbound: many, nowMs: 200_000 });
  const message = condition === 'leave' ? '' : condition.message;
  expect(message).toMatch(/^Service shop\/web-0: \\u001b\\n.*…$/);
  expect(message.length).toBeLessThanOrEqual(1_000);
  expect(finding?.message).toBe(message);
});
