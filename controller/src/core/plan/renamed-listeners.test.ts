import { describe, expect, test } from '@jest/globals';
import { aListener, anObserved, anOwner, aPod, aPort, aTarget, clusterId } from '../../testing/builders.ts';
import type { ListenerAnswer, TargetAnswer } from '../model/clb-port.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { PodView } from '../model/pod-view.ts';
import { listenerName } from './listener-name.ts';
import { mayBeRenamed, takeBack } from './renamed-listeners.ts';

interface Scene {
  readonly listener?: Partial<ListenerAnswer>;
  readonly owners?: readonly OwnerView[];
  readonly pods?: readonly PodView[];
  readonly targets?: readonly TargetAnswer[];
}

const stranger = aPod({ namespace: 'other', name: 'theirs' });
const second = aTarget({ ip: '10.0.0.2', tag: 'uid-web-2' });

function seen({ listener = {}, owners = [anOwner()], pods = [aPod()], targets = [aTarget()] }: Scene) {
  const observed = anObserved({ listeners: [aListener({ name: 'mine', ...listener })], targets });
  const podWithUid = (uid: string) => pods.find((pod) => pod.uid === uid);
  const [found] = takeBack(observed, { clusterId, owners }, { podWithUid }).listeners;
  return { owners: found?.ownerUids, isOurs: found?.isOurs, targets: found?.targets.size };
}

const taken = { owners: ['uid-web'], isOurs: true };
const left = { owners: [], isOurs: false, targets: 0 };

describe('a listener with another name', () => {
  test.each<[string, Scene]>([
    ['are its pods', {}],
    ['are its pods and some that are gone', { targets: [aTarget(), second] }],
    ['are its pods and one that it selected before', { targets: [aTarget(), second], pods: [aPod(), other()] }],
    ['are its pods, beside one that a person added', { targets: [aTarget(), { ...second, tag: undefined }] }],
    ['is an endpoint that it lists itself', { targets: [aTarget({ tag: 'uid-web' })], pods: [] }],
    ['are its pods, although it is being deleted', { owners: [anOwner({ ending: true })] }],
    ['are its pods, although it moves away', { owners: [anOwner({ existingLoadBalancer: 'lb-two' })] }],
  ])('is the Service’s whose targets %s', (_, scene) => {
    expect(seen(scene)).toMatchObject(taken);
  });

  test.each<[string, Scene]>([
    ['it has no targets', { targets: [] }],
    ['the cloud returns no tags', { targets: [aTarget({ tag: undefined })] }],
    ['its targets are pods that nobody knows', { targets: [second] }],
    ['its pods are not selected', { pods: [aPod({ labels: { app: 'x' } })] }],
    [
      'a pod of another namespace is there',
      { targets: [aTarget(), { ...second, tag: stranger.uid }], pods: [aPod(), stranger] },
    ],
    ['nobody claims the port', { owners: [anOwner({ ports: [aPort({ port: 81 })] })] }],
    ['its protocol is another one', { listener: { protocol: 'TCP_SSL' } }],
    ["its name is another cluster's", { listener: { name: listenerName('cls-other', 'uid-web') } }],
    ['the Service has no finalizer of ours', { owners: [anOwner({ hasFinalizer: false })] }],
    [
      'the Service never was on this CLB',
      { owners: [anOwner({ existingLoadBalancer: 'lb-two', recordedLoadBalancers: [] })] },
    ],
  ])('stays a stranger without targets when %s', (_, scene) => {
    expect(seen(scene)).toEqual(left);
  });

  test('of two Services that may have it is the older one’s', () => {
    const younger = anOwner({ name: 'younger', selector: { app: 'web' }, createdAtMs: 2 });
    expect(seen({ owners: [younger, anOwner({ createdAtMs: 1 })] })).toMatchObject(taken);
  });
});

function other(): PodView {
  return aPod({ name: 'web-2', ip: '10.0.0.2', labels: { app: 'before' } });
}

test('Its targets are asked for only where it may be ours', () => {
  const known = { clusterId, owners: [anOwner()] };
  const listener = aListener({ name: 'mine' });
  expect(mayBeRenamed(listener, known)).toBe(true);
  expect(mayBeRenamed(aListener(), known)).toBe(false);
  expect(mayBeRenamed({ ...listener, port: 443 }, known)).toBe(false);
  expect(mayBeRenamed({ ...listener, protocol: 'HTTP' }, known)).toBe(false);
});
