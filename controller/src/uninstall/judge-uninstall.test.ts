import { describe, expect, test } from '@jest/globals';
import { defaultGateType } from '@clb-direct/shared/domain/gate.ts';
import { readIngress } from '../core/sources/ingress/read-ingress.ts';
import { anOwner, aPod, aPort } from '../testing/builders.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { RelatedObjects } from '../core/model/related-objects.ts';
import { aBackendService, anIngress, directAccess } from '../testing/ingress-builders.ts';
import { judgeUninstall, remainingListeners, describeRemaining } from './judge-uninstall.ts';

const open = { status: 'True', reason: 'R', message: '' } as const;
const closed = { status: 'False', reason: 'R', message: '' } as const;
const judge = (facts: Partial<Parameters<typeof judgeUninstall>[0]>) =>
  judgeUninstall({ pods: [], owners: [], tkePresent: false, gateType: defaultGateType, ...facts });

describe('a gate', () => {
  test.each([
    ['that is closed', aPod({ gate: closed })],
    ['that is not written yet', aPod({ gate: 'unset' })],
    ['of a pod that is starting', aPod({ gate: closed, containersReady: false })],
  ])('%s is opened', (_, pod) => {
    expect(judge({ pods: [pod] }).openings).toEqual([pod]);
  });

  test.each([
    ['that is open', aPod({ gate: open })],
    ['that is not ours', aPod({ gate: 'absent' })],
    ['of a pod that is ending', aPod({ gate: closed, ending: true })],
    ['of a pod that has finished', aPod({ gate: closed, finished: true })],
  ])('%s is left alone', (_, pod) => {
    expect(judge({ pods: [pod] }).openings).toEqual([]);
  });
});

describe("a gate beside TKE's own controller", () => {
  const tkes = { managed: undefined, directAccess: 'true', hasFinalizer: false, recordedLoadBalancers: [] } as const;
  const pods = [aPod()];

  const behind = { related: () => ({ state: 'found', facts: aBackendService() }) } as unknown as RelatedObjects;
  const managedByTke = { ...directAccess, [annotation.managed]: 'false' };
  const givenBack = readIngress(anIngress({ annotations: managedByTke, recordedLoadBalancers: ['lb-one'] }), behind);
  const given = { ...tkes, managed: 'false' } as const;

  test.each([
    ['only its Service selects the pod', anOwner(tkes)],
    ['its Service says that clb-direct is not to serve it', anOwner(given)],
    ['its Service was given back to it', anOwner({ ...given, recordedLoadBalancers: ['lb-one'] })],
    ['its Ingress was given back to it', givenBack],
  ])('is left to it when %s', (_, owner) => {
    expect(judge({ pods, owners: [owner], tkePresent: true }).openings).toEqual([]);
  });

  test('is opened when it has a type that TKE does not open', () => {
    expect(judge({ pods, owners: [anOwner(tkes)], tkePresent: true, gateType: 'example.com/gate' }).openings).toEqual(
      pods,
    );
  });

  test.each([
    ['that it does not register pods for', anOwner({ ...given, directAccess: 'false' })],
    ['that it is to leave alone', anOwner({ ...given, annotations: { [annotation.tkeMode]: 'skip' } })],
    [
      'that we still take our listeners off',
      anOwner({ ...given, hasFinalizer: true, recordedLoadBalancers: ['lb-one'] }),
    ],
    ['of another namespace', anOwner({ ...tkes, namespace: 'other' })],
    ['of other pods', anOwner({ ...tkes, selector: { app: 'other' } })],
    ['that is being deleted', anOwner({ ...tkes, ending: true })],
    ['that we served until a moment ago', anOwner({ ...tkes, recordedLoadBalancers: ['lb-one'] })],
  ])('is opened when its Service is one %s', (_, owner) => {
    expect(judge({ pods, owners: [owner], tkePresent: true }).openings).toEqual(pods);
  });

  test('is opened when a Service of ours selects the pod too', () => {
    const owners = [anOwner(tkes), anOwner({ name: 'ours' })];
    expect(judge({ pods, owners, tkePresent: true }).openings).toEqual(pods);
  });

  test("is opened when TKE's own controller is absent", () => {
    expect(judge({ pods, owners: [anOwner(tkes), anOwner(given)] }).openings).toEqual(pods);
  });
});

test('A Service whose condition no controller would change any more is released too.', () => {
  const condition = { status: 'False', reason: 'LoadBalancerNotNamed', message: '' } as const;
  const owners = [anOwner({ hasFinalizer: false, condition }), anOwner({ name: 'no', hasFinalizer: false })];
  expect(judge({ owners }).releases.map(({ name }) => name)).toEqual(['web']);
});

test('Every Service with our finalizer is released, also one that is being deleted.', () => {
  const owners = [anOwner(), anOwner({ name: 'going', ending: true }), anOwner({ name: 'no', hasFinalizer: false })];
  expect(judge({ owners }).releases.map(({ name }) => name)).toEqual(['web', 'going']);
});

describe('the listeners that may remain', () => {
  const ports = [aPort(), aPort({ protocol: 'UDP', port: 53 })];

  test('are listed for every CLB in the record', () => {
    const owner = anOwner({ ports, recordedLoadBalancers: ['lb-old', 'lb-one'] });
    expect(remainingListeners([owner], 'cls-1')).toEqual([
      { owner, loadBalancerId: 'lb-old', places: [], listenerName: 'clb-direct_cls-1_uid-web' },
      { owner, loadBalancerId: 'lb-one', places: ['TCP/80', 'UDP/53'], listenerName: 'clb-direct_cls-1_uid-web' },
    ]);
  });

  test('are listed when the finalizer is removed already', () => {
    expect(remainingListeners([anOwner({ hasFinalizer: false })], 'cls-1')).toHaveLength(1);
  });

  test('are none without a record', () => {
    expect(remainingListeners([anOwner({ recordedLoadBalancers: [] })], 'cls-1')).toEqual([]);
  });

  test('are described in words', () => {
    const messages = remainingListeners([anOwner({ ports, recordedLoadBalancers: ['lb-old', 'lb-one'] })], 'cls-1').map(
      describeRemaining,
    );
    expect(messages[0]).toContain('Listeners named clb-direct_cls-1_uid-web may be there on CLB lb-old');
    expect(messages[1]).toContain('Listeners TCP/80, UDP/53 named clb-direct_cls-1_uid-web may be there on CLB lb-one');
    for (const text of messages) expect(text).toContain('delete only a listener with exactly this name');
  });
});

test('The listener of an Ingress that remains has the name of those that Ingresses share.', () => {
  const owner = readIngress(anIngress({ hasFinalizer: true, recordedLoadBalancers: ['lb-one'] }));
  const remaining = remainingListeners([owner], 'cls-a');
  expect(remaining).toMatchObject([{ listenerName: 'clb-direct_cls-a_shared', places: ['HTTP/80 /'] }]);
});
