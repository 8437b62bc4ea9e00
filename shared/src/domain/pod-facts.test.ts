import { expect, test } from '@jest/globals';
import { readPodFacts } from './pod-facts.ts';

test('A pod is read with all that decides about its gate.', () => {
  const resources = (limits: object, requests: object) => ({ resources: { limits, requests } });
  const pod = {
    metadata: {
      annotations: { a: 'x', broken: 1 },
      ownerReferences: [{ kind: 'Other' }, { apiVersion: 'batch/v1', kind: 'Job', controller: true }],
    },
    spec: {
      hostNetwork: true,
      readinessGates: [{ conditionType: 'x/gate' }, {}],
      containers: [resources({ cpu: '1' }, { memory: '1Gi' }), {}],
      initContainers: [resources({ 'tke.cloud.tencent.com/eni-ip': '1' }, {})],
    },
  };
  expect(readPodFacts(pod)).toEqual({
    hostNetwork: true,
    annotations: { a: 'x' },
    resourceNames: ['cpu', 'memory', 'tke.cloud.tencent.com/eni-ip'],
    gateTypes: ['x/gate'],
    controller: { apiVersion: 'batch/v1', kind: 'Job' },
  });
});

test('An empty spec is a pod without marks, and without a list of gates.', () => {
  const nothing = { hostNetwork: false, annotations: {}, resourceNames: [] };
  const expected = { ...nothing, gateTypes: undefined, controller: undefined };
  expect(readPodFacts({ spec: {} })).toEqual(expected);
  expect(readPodFacts({ spec: { readinessGates: null } })).toEqual(expected);
});

test('An owner that does not say its kind and API group is no controller that decides about anything.', () => {
  const owned = (owner: object) => ({ spec: {}, metadata: { ownerReferences: [{ controller: true, ...owner }] } });
  expect(readPodFacts(owned({ kind: 'Job' }))).toMatchObject({ controller: undefined });
  expect(readPodFacts(owned({ apiVersion: 'batch/v1', kind: 7 }))).toMatchObject({ controller: undefined });
});

test.each([
  [undefined, 'object is not an object'],
  [[], 'object is not an object'],
  [{ spec: null }, 'object.spec is not an object'],
  [{ spec: { readinessGates: 'x' } }, 'object.spec.readinessGates is not a list'],
])('%j is not a pod: %s.', (object, problem) => {
  expect(readPodFacts(object)).toEqual({ problem });
});
