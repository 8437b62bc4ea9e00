import { expect, test } from '@jest/globals';
import { readPodFacts } from './pod-facts.ts';

test('A pod is read with all that decides about its gate.', () => {
  const resources = (limits: object, requests: object) => ({ resources: { limits, requests } });
  const pod = {
    metadata: {
      annotations: { a: 'x', broken: 1 },
      ownerReferences: [{ kind: 'Other' }, { kind: 'Job', controller: true }],
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
    controllerKind: 'Job',
  });
});

test('An empty spec is a pod without marks, and without a list of gates.', () => {
  const nothing = { hostNetwork: false, annotations: {}, resourceNames: [] };
  const expected = { ...nothing, gateTypes: undefined, controllerKind: undefined };
  expect(readPodFacts({ spec: {} })).toEqual(expected);
  expect(readPodFacts({ spec: { readinessGates: null } })).toEqual(expected);
});

test.each([
  [undefined, 'object is not an object'],
  [[], 'object is not an object'],
  [{ spec: null }, 'object.spec is not an object'],
  [{ spec: { readinessGates: 'x' } }, 'object.spec.readinessGates is not a list'],
])('%j is not a pod: %s.', (object, problem) => {
  expect(readPodFacts(object)).toEqual({ problem });
});
