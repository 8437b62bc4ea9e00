import { describe, expect, test } from '@jest/globals';
import { anOwner, aPod, aPort } from '../testing/builders.ts';
import { judgeUninstall, remaindersOf, tellRemainder } from './judge-uninstall.ts';

const open = { status: 'True', reason: 'R', message: '' } as const;
const closed = { status: 'False', reason: 'R', message: '' } as const;
const judge = (facts: Partial<Parameters<typeof judgeUninstall>[0]>) =>
  judgeUninstall({ pods: [], owners: [], tkePresent: false, ...facts });

describe('a gate', () => {
  test.each([
    ['that is closed', aPod({ gate: closed })],
    ['that nobody has written', aPod({ gate: 'unset' })],
    ['of a pod that starts', aPod({ gate: closed, containersReady: false })],
  ])('%s is opened', (_, pod) => {
    expect(judge({ pods: [pod] }).openings).toEqual([pod]);
  });

  test.each([
    ['that is open', aPod({ gate: open })],
    ['that is not ours', aPod({ gate: 'absent' })],
    ['of a pod that ends', aPod({ gate: closed, ending: true })],
    ['of a pod that has finished', aPod({ gate: closed, finished: true })],
  ])('%s is left alone', (_, pod) => {
    expect(judge({ pods: [pod] }).openings).toEqual([]);
  });
});

describe("a gate beside TKE's own controller", () => {
  const tkes = { managed: undefined, directAccess: 'true', hasFinalizer: false, recordedLoadBalancers: [] } as const;
  const pods = [aPod()];

  test('is left to it when only its Service selects the pod', () => {
    expect(judge({ pods, owners: [anOwner(tkes)], tkePresent: true }).openings).toEqual([]);
  });

  test.each([
    ['of another namespace', anOwner({ ...tkes, namespace: 'other' })],
    ['of other pods', anOwner({ ...tkes, selector: { app: 'other' } })],
    ['that is going', anOwner({ ...tkes, ending: true })],
    ['that we served until a moment ago', anOwner({ ...tkes, recordedLoadBalancers: ['lb-one'] })],
  ])('is opened when its Service is one %s', (_, owner) => {
    expect(judge({ pods, owners: [owner], tkePresent: true }).openings).toEqual(pods);
  });

  test('is opened when a Service of ours selects the pod too', () => {
    const owners = [anOwner(tkes), anOwner({ name: 'ours' })];
    expect(judge({ pods, owners, tkePresent: true }).openings).toEqual(pods);
  });

  test('is opened when it is not there after all', () => {
    expect(judge({ pods, owners: [anOwner(tkes)] }).openings).toEqual(pods);
  });
});

test('Every Service with our finalizer is released, and a going one too.', () => {
  const owners = [anOwner(), anOwner({ name: 'going', ending: true }), anOwner({ name: 'no', hasFinalizer: false })];
  expect(judge({ owners }).releases.map(({ name }) => name)).toEqual(['web', 'going']);
});

describe('the listeners that may stay', () => {
  const ports = [aPort(), aPort({ protocol: 'UDP', port: 53 })];

  test('are told for every CLB in the record', () => {
    const owner = anOwner({ ports, recordedLoadBalancers: ['lb-old', 'lb-one'] });
    expect(remaindersOf([owner], 'cls-1')).toEqual([
      { owner, loadBalancerId: 'lb-old', places: [], listenerName: 'clb-direct_cls-1_uid-web' },
      { owner, loadBalancerId: 'lb-one', places: ['TCP/80', 'UDP/53'], listenerName: 'clb-direct_cls-1_uid-web' },
    ]);
  });

  test('are told when the finalizer is gone already', () => {
    expect(remaindersOf([anOwner({ hasFinalizer: false })], 'cls-1')).toHaveLength(1);
  });

  test('are none without a record', () => {
    expect(remaindersOf([anOwner({ recordedLoadBalancers: [] })], 'cls-1')).toEqual([]);
  });

  test('are told in words', () => {
    const told = remaindersOf([anOwner({ ports, recordedLoadBalancers: ['lb-old', 'lb-one'] })], 'cls-1').map(
      tellRemainder,
    );
    expect(told[0]).toContain('Listeners named clb-direct_cls-1_uid-web may be there on CLB lb-old');
    expect(told[1]).toContain('Listeners TCP/80, UDP/53 named clb-direct_cls-1_uid-web may be there on CLB lb-one');
    for (const text of told) expect(text).toContain('delete only a listener with exactly this name');
  });
});
