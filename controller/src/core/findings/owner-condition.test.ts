import { describe, expect, test } from '@jest/globals';
import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { aListener, anObserved, anOwner, aPod, aPort, aTarget, clbId, targetRules } from '../../testing/builders.ts';
import { unseen, type BalancerState } from '../model/balancer-state.ts';
import { bindingKey } from '../model/binding.ts';
import { cloudTrouble, notFound, type Trouble } from '../model/cloud-trouble.ts';
import { CloudError, type CloudErrorKind } from '../model/cloud-error.ts';
import type { OwnerCondition } from '../model/owner-condition.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { PodView } from '../model/pod-view.ts';
import type { Health } from '../model/target.ts';
import { judgeCondition, type ConditionVerdict } from './owner-condition.ts';

interface Parts {
  readonly owner?: OwnerView;
  readonly tkePresent?: boolean;
  readonly state?: BalancerState | undefined;
  readonly pods?: readonly PodView[];
}

function judge({ owner = anOwner(), tkePresent = false, state, pods = [aPod()] }: Parts): ConditionVerdict {
  return judgeCondition({ owner, tkePresent, stateOf: () => state, podsOf: () => pods, reach: targetRules.reach });
}

function shown(parts: Parts): string {
  const verdict = judge(parts);
  return typeof verdict === 'string' ? verdict : `${verdict.status} ${verdict.reason}`;
}

/** lb-one as last seen, with one target on the Service's listener. */
function seen(health: Health = 'Alive', overrides: Partial<BalancerState> = {}, weight = 10): BalancerState {
  const observed = anObserved({ listeners: [aListener()], targets: [aTarget({ weight })], health });
  const placed = new Map(
    anOwner().bindings.map((one) => [bindingKey(one), { id: { listenerId: 'lbl-1' }, wanted: [] }]),
  );
  return { ...unseen(clbId), phase: 'seen', observed, placed, ...overrides };
}

const served: OwnerCondition = {
  status: 'True',
  reason: 'LoadBalancerEnsured',
  message: "Each port has its place on the CLB and a target that passes the CLB's health check.",
};
const trouble = (kind: CloudErrorKind): Trouble =>
  cloudTrouble(new CloudError('the cloud says no', { kind, code: 'Code', action: 'DescribeListeners' }));
const conflict: Finding = { severity: 'Warning', reason: 'ListenerConflict', message: 'the port is held' };
const obstacles = new Map(anOwner().bindings.map((binding) => [bindingKey(binding), conflict]));
const givenWay = new Set(anOwner().bindings.map(bindingKey));
const wasServed = anOwner({ condition: served });

describe('The condition of a Service of ours', () => {
  test.each<[string, Parts, string]>([
    ['is True when a target serves at each port', { state: seen() }, 'True LoadBalancerEnsured'],
    ['is True when the listener checks nothing', { state: seen('Close') }, 'True LoadBalancerEnsured'],
    ['is False when the check fails', { state: seen('Dead') }, 'False LoadBalancerNotReady'],
    ['is False when the last target drains', { state: seen('Alive', {}, 0) }, 'False LoadBalancerNotReady'],
    [
      'is False before a listener stands',
      { state: seen('Alive', { placed: new Map() }) },
      'False LoadBalancerNotReady',
    ],
    [
      'does not count a place that is of others by right',
      { state: seen('Alive', { placed: new Map(), givenWay }) },
      'True LoadBalancerEnsured',
    ],
    [
      'is False when one of two ports has no listener',
      { owner: anOwner({ ports: [aPort(), aPort({ port: 81 })] }), state: seen() },
      'False LoadBalancerNotReady',
    ],
    ['says what stands in the way of a place', { state: seen('Alive', { obstacles }) }, 'False ListenerConflict'],
    ['says that no pod fits', { state: seen('Dead'), pods: [aPod({ network: 'host' })] }, 'False NoPodFits'],
    [
      'says what its author must change, whatever the CLB looks like',
      { owner: anOwner({ existingLoadBalancer: 'mine' }), state: seen() },
      'False LoadBalancerIdMalformed',
    ],
    [
      'is False for a port that is not supported although the others serve',
      { owner: anOwner({ ports: [aPort(), aPort({ port: 81, protocol: 'SCTP' })] }), state: seen() },
      'False ProtocolUnsupported',
    ],
    [
      'is True although a field has no effect',
      { owner: anOwner({ sessionAffinity: 'ClientIP' }), state: seen() },
      'True LoadBalancerEnsured',
    ],
    [
      'says that the CLB does not exist',
      { state: { ...unseen(clbId), phase: 'absent', trouble: notFound(clbId, 'ap-test') } },
      'False LoadBalancerNotFound',
    ],
    [
      'says why a place that serves nobody is not changed',
      { state: seen('Dead', { trouble: trouble('refused') }) },
      'False CloudRefused',
    ],
    [
      'is True while a change of another port is refused',
      { state: seen('Alive', { trouble: trouble('refused') }) },
      'True LoadBalancerEnsured',
    ],
    [
      'is Unknown when the credentials are refused, for what was seen may be long past',
      { owner: wasServed, state: seen('Alive', { trouble: trouble('credentials') }) },
      'Unknown CredentialsRefused',
    ],
    [
      'is Unknown when the cloud has never answered',
      { state: { ...unseen(clbId), trouble: trouble('transient') } },
      'Unknown CloudUnavailable',
    ],
    ['stays as it is when nothing has changed', { owner: wasServed, state: seen() }, 'leave'],
    ['stays as it is before the first look', { owner: wasServed, state: unseen(clbId) }, 'leave'],
    ['is not written before the first look', {}, 'leave'],
    [
      'stays as it is when the cloud does not answer after a restart',
      { owner: wasServed, state: { ...unseen(clbId), trouble: trouble('throttled') } },
      'leave',
    ],
    [
      'stays True while the cloud is slow',
      { owner: wasServed, state: seen('Alive', { trouble: trouble('busy') }) },
      'leave',
    ],
    ['stays as it is while the Service is deleted', { owner: anOwner({ ending: true }), state: seen() }, 'leave'],
    [
      'goes when the Service is not ours any more',
      { owner: anOwner({ managed: 'false', condition: served }), state: seen() },
      'remove',
    ],
    [
      "goes when the Service is left to TKE's controller",
      {
        owner: anOwner({
          managed: undefined,
          directAccess: 'true',
          hasFinalizer: false,
          recordedLoadBalancers: [],
          condition: served,
        }),
        tkePresent: true,
      },
      'remove',
    ],
    [
      'is never written on a Service that is not ours',
      { owner: anOwner({ managed: 'false' }), state: seen() },
      'leave',
    ],
  ])('%s.', (_, parts, expected) => {
    expect(shown(parts)).toBe(expected);
  });
});

test('What the CLB says is bounded and on one line, and the same when it is read again.', () => {
  const long = new Map([...obstacles.keys()].map((key) => [key, { ...conflict, message: `a\nb${'x'.repeat(5_000)}` }]));
  const state = seen('Alive', { obstacles: long });
  const verdict = judge({ state });
  expect(verdict).toMatchObject({ message: expect.stringMatching(/^a\\nbx+…$/) });
  expect((verdict as OwnerCondition).message).toHaveLength(1_000);
  expect(judge({ owner: anOwner({ condition: verdict as OwnerCondition }), state })).toBe('leave');
});

test('The plan of an adoption has room for each port: who asked for it reads it there.', () => {
  const plan: Finding = { severity: 'Normal', reason: 'AdoptionPlanned', message: 'a step; '.repeat(500) };
  const state = seen('Alive', { obstacles: new Map([...obstacles.keys()].map((key) => [key, plan])) });
  expect(judge({ state })).toMatchObject({ status: 'False', message: plan.message });
});

test('A place without a healthy target is named by port and CLB, without anything that changes.', () => {
  const few = judge({ state: seen('Dead') });
  expect(few).toMatchObject({ message: expect.stringMatching(/^TCP\/80 of lb-one has no target/) });
  expect(judge({ state: seen('Unknown'), pods: [aPod(), aPod({ name: 'web-2' })] })).toEqual(few);
});
