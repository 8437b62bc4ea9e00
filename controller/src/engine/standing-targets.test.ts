import { expect, test } from '@jest/globals';
import type { BalancerState } from '../core/model/balancer-state.ts';
import { unseen } from '../core/model/balancer-state.ts';
import type { PodView } from '../core/model/pod-view.ts';
import { aListener, anObserved, aPod, aTarget, clbId } from '../testing/builders.ts';
import { balancersWithTargetAt } from './standing-targets.ts';

function stateWith(id: string, ip: string, tag: string | undefined): BalancerState {
  return { ...unseen(id), observed: anObserved({ listeners: [aListener()], targets: [aTarget({ ip, tag })] }) };
}

const states = [
  unseen('lb-unseen'),
  stateWith(clbId, '10.0.0.1', 'uid-web-1'),
  stateWith('lb-node', '10.0.0.2', 'uid-web'),
];

test.each<[string, Partial<PodView>, readonly string[]]>([
  ['its own target', {}, [clbId]],
  ['a target of another pod at its address', { uid: 'uid-new' }, [clbId]],
  ['a target at its second address', { ip: '2001:db8::1', moreIps: ['10.0.0.1'] }, [clbId]],
  ['its own target in the host network', { network: 'host' }, [clbId]],
])('A pod concerns the CLB with %s.', (_, pod, expected) => {
  expect(balancersWithTargetAt(aPod(pod), states)).toEqual(expected);
});

test.each<[string, Partial<PodView>]>([
  ['without an address', { ip: undefined }],
  ['at an address without a target', { ip: '10.0.0.9' }],
  ['in the host network of a node that is a target', { ip: '10.0.0.2', network: 'host' }],
])('A pod %s concerns none.', (_, pod) => {
  expect(balancersWithTargetAt(aPod(pod), states)).toEqual([]);
});
