import { expect, test } from '@jest/globals';
import { pathInEntry } from '../registration/path-in-entry.ts';
import { otherWriters } from './other-writers.ts';

const key = 'k:{"name":"pod-gate.clb-direct.io"}';
const writer = (manager: string, time: string, fields: object) => ({
  manager,
  time,
  fieldsV1: { 'f:webhooks': { [key]: fields } },
});
const live = {
  metadata: {
    managedFields: [
      writer('us', '2026-11-21T12:00:00Z', { 'f:rules': {}, 'f:timeoutSeconds': {} }),
      writer('aks', '2026-11-21T11:00:00Z', { 'f:namespaceSelector': {} }),
      writer('kubectl-edit', '2026-11-21T10:00:00Z', {
        'f:timeoutSeconds': {},
        'f:clientConfig': { 'f:caBundle': {} },
      }),
    ],
  },
};

test.each([
  ['timeoutSeconds', 'kubectl-edit'],
  ['caBundle', 'kubectl-edit'],
  ['service', 'kubectl-edit'],
  ['namespaceSelector', 'aks'],
])('the manager that owns %s is named, and never we ourselves', (drift, manager) => {
  expect(otherWriters(live, pathInEntry(drift), 'us')).toEqual([manager]);
});

test('a field without an owner was removed by the manager that wrote last', () => {
  expect(otherWriters(live, pathInEntry('rules'), 'us')).toEqual(['aks']);
});

test.each([undefined, {}, { metadata: { managedFields: 'x' } }])('%j names no manager', (object) => {
  expect(otherWriters(object, pathInEntry('rules'), 'us')).toEqual([]);
});
