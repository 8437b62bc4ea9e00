import { describe, expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { isAsked, isDrained, passByPod, readDeletion, type DrainRule, type NamespaceWish } from './judge-deletion.ts';

const gateType = 'x/gate';
const nowMs = Date.UTC(2026, 0, 2, 3, 5, 0);
const at = (secondsAgo: number) => new Date(nowMs - secondsAgo * 1_000).toISOString();
const pods = { group: '', version: 'v1', resource: 'pods' };
const deletion = { operation: 'DELETE', resource: pods, namespace: 'shop', name: 'web-1', oldObject: {} };
const eviction = { ...deletion, operation: 'CREATE', subResource: 'eviction', oldObject: null, object: {} };

describe('a request', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['a creation', { ...deletion, operation: 'CREATE' }, 'not-asked-for'],
    ['another resource', { ...deletion, resource: { ...pods, resource: 'services' } }, 'not-asked-for'],
    ['a collection', { ...deletion, name: '' }, 'collection'],
    ['a dry run', { ...deletion, dryRun: true }, 'dry-run'],
    ['a dry run by its options', { ...deletion, options: { dryRun: ['All'] } }, 'dry-run'],
    ['the kubelet', { ...deletion, userInfo: { username: 'system:node:node1' } }, 'kubelet'],
    ['the scheduler', { ...deletion, userInfo: { username: 'system:kube-scheduler' } }, 'preemption'],
    [
      'a namespace that ends',
      { ...deletion, userInfo: { username: 'system:serviceaccount:kube-system:namespace-controller' } },
      'namespace-ends',
    ],
    ['no grace', { ...deletion, options: { gracePeriodSeconds: 0 } }, 'no-grace'],
    ['an eviction without grace', { ...eviction, object: { deleteOptions: { gracePeriodSeconds: 0 } } }, 'no-grace'],
    ['an eviction as a dry run', { ...eviction, object: { deleteOptions: { dryRun: ['All'] } } }, 'dry-run'],
  ])('of %s passes at once', (_, request, reason) => {
    expect(readDeletion(request, 'u')).toBe(reason);
  });

  test('to delete a pod carries the pod, and one to evict it does not', () => {
    const read = { uid: 'u', namespace: 'shop', name: 'web-1' };
    expect(readDeletion(deletion, 'u')).toEqual({ ...read, pod: {} });
    expect(readDeletion(eviction, 'u')).toEqual({ ...read, pod: undefined });
  });
});

const gateOpen = { type: gateType, status: 'True' };
const gateClosed = { type: gateType, status: 'False' };
const containersReady = { type: 'ContainersReady', status: 'True' };
const asked = (secondsAgo: number) => ({
  type: 'clb-direct.io/DrainRequested',
  status: 'True',
  lastTransitionTime: at(secondsAgo),
});
const drained = (secondsAgo: number, status = 'True') => ({
  type: 'clb-direct.io/Drained',
  status,
  lastTransitionTime: at(secondsAgo),
});

function aPod({
  annotations = {},
  conditions = [gateOpen] as object[],
  phase = 'Running',
  metadata = {},
  spec = {},
} = {}) {
  return {
    metadata: { name: 'web-1', annotations, ...metadata },
    spec: { readinessGates: [{ conditionType: gateType }], ...spec },
    status: { phase, conditions },
  };
}

function pass(pod: unknown, mode: DrainRule['mode'] = 'all', namespaceWish?: NamespaceWish): string | undefined {
  return passByPod(pod as never, { rule: { mode, gateType }, namespaceWish, limitMs: 25_000, nowMs });
}

const wish = (value: string) => aPod({ annotations: { 'clb-direct.io/drain-before-delete': value } });

describe('a pod', () => {
  test.each<[string, object[]]>([
    ['that serves', [gateOpen]],
    ['whose gate one CLB keeps closed, while another may send to it', [gateClosed, containersReady]],
    ['whose gate no CLB has judged yet, while one may send to it', [containersReady]],
  ])('%s waits for its drain', (_, conditions) => {
    expect(pass(aPod({ conditions }))).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    ['that cannot be read', undefined, 'unreadable-pod'],
    ['that ends already', aPod({ metadata: { deletionTimestamp: at(1) } }), 'ending'],
    ['that has succeeded', aPod({ phase: 'Succeeded' }), 'finished'],
    ['that has failed', aPod({ phase: 'Failed' }), 'finished'],
    ['without the gate', aPod({ conditions: [containersReady], spec: { readinessGates: null } }), 'gate-not-open'],
    ['whose gate is closed', aPod({ conditions: [gateClosed] }), 'gate-not-open'],
    [
      'whose gate is closed and whose containers are not ready',
      aPod({ conditions: [gateClosed, { ...containersReady, status: 'False' }] }),
      'gate-not-open',
    ],
    ['that opted out', wish('false'), 'opted-out'],
    ['that is drained', aPod({ conditions: [gateOpen, asked(3), drained(1)] }), 'drained'],
    ['that was asked for the limit ago', aPod({ conditions: [gateOpen, asked(25)] }), 'limit-passed'],
    ['that was asked for a little longer ago', aPod({ conditions: [gateOpen, asked(26)] }), 'limit-passed'],
    ['that somebody asks for again', aPod({ conditions: [gateOpen, asked(27)] }), 'asked-again'],
    ['that somebody asks for again within the minute', aPod({ conditions: [gateOpen, asked(54)] }), 'asked-again'],
  ])('%s passes at once', (_, pod, reason) => {
    expect(pass(pod)).toBe(reason);
  });

  test.each([[24], [60]])('that was asked for %d s ago waits', (secondsAgo) => {
    expect(pass(aPod({ conditions: [gateOpen, asked(secondsAgo)] }))).toBeUndefined();
  });

  test('waits by the label of its namespace, and by its annotation where the label allows that', () => {
    expect(pass(aPod(), 'opt-in', 'all')).toBeUndefined();
    expect(pass(wish('false'), 'opt-in', 'all')).toBe('opted-out');
    expect(pass(wish('true'), 'opt-in', 'annotated')).toBeUndefined();
    for (const pod of [aPod(), wish('yes')]) expect(pass(pod, 'opt-in', 'annotated')).toBe('not-opted-in');
    for (const pod of [aPod(), wish('true')]) expect(pass(pod, 'opt-in')).toBe('not-opted-in');
  });
});

describe('a pod whose Service asks for it, as the controller says by a condition', () => {
  const says = { type: 'clb-direct.io/DrainBeforeDelete', status: 'True' };
  const served = aPod({ conditions: [gateOpen, says] });

  test('waits where an administrator lets workloads ask', () => {
    expect(pass(served, 'opt-in', 'annotated')).toBeUndefined();
    expect(pass(served, 'annotated')).toBeUndefined();
    expect(pass(wish('true'), 'annotated')).toBeUndefined();
  });

  test('does not wait elsewhere: deletions that wait keep the workers of all namespaces busy', () => {
    expect(pass(served, 'opt-in')).toBe('not-opted-in');
  });

  test.each<[string, unknown, string]>([
    [
      'has the last word',
      aPod({ annotations: { 'clb-direct.io/drain-before-delete': 'false' }, conditions: [gateOpen, says] }),
      'opted-out',
    ],
    ['is asked for no more', aPod({ conditions: [gateOpen, { ...says, status: 'False' }] }), 'not-opted-in'],
    ['has no such condition', aPod(), 'not-opted-in'],
  ])('does not wait if it %s', (_, pod, reason) => {
    expect(pass(pod, 'annotated')).toBe(reason);
  });
});

describe('what the controller answered', () => {
  const status = (...conditions: object[]) => ({ status: { conditions } });

  test.each<[string, object, boolean]>([
    ['to this request', status(asked(3), drained(3)), true],
    ['to an earlier request', status(asked(3), drained(4)), false],
    ['to a request that is over', status(asked(60), drained(59)), false],
    ['to a request that is over before the pod can be deleted', status(asked(56), drained(50)), false],
    ['that it is not drained', status(asked(3), drained(1, 'False')), false],
    ['to nobody', status(drained(1)), false],
  ])('%s', (_, pod, expected) => {
    expect(isDrained(pod as never, nowMs)).toBe(expected);
  });

  test('is waited for if somebody has asked, until it may be too late', () => {
    expect(isAsked(status(asked(54)), nowMs)).toBe(true);
    expect(isAsked(status(asked(55)), nowMs)).toBe(false);
    expect(isAsked(status({ ...asked(1), status: 'False' }), nowMs)).toBe(false);
  });
});

test('Whatever comes is read without a fault.', () => {
  const odd = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(odd, odd, odd, (request, pod, options) => {
      const read = readDeletion({ ...deletion, ...(request as object), options }, 'u');
      expect(typeof read === 'string' || read.name !== '').toBe(true);
      expect(typeof (pass({ ...aPod(), status: pod }) ?? '')).toBe('string');
    }),
  );
});
