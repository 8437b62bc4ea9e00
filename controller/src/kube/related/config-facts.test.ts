import { expect, test } from '@jest/globals';
import { toConfigFacts } from './config-facts.ts';

const spec = { loadBalancer: {} };
const owned = { ownerReferences: [{ uid: 'uid-web' }], resourceVersion: '7' };
const labelled = (by: string) => ({ ...owned, labels: { 'app.kubernetes.io/managed-by': by } });
const writtenBy = (manager: string, fields: object, operation = 'Update') => ({
  ...owned,
  managedFields: [{ manager, operation, fieldsV1: { 'f:spec': fields } }],
});
const whole = { '.': {}, 'f:loadBalancer': {} };
const ofWeb = { version: '7', ownerUids: ['uid-web'] };

test.each<[string, object, object | undefined]>([
  ['with our label and an owner', labelled('clb-direct-controller'), { ...ofWeb, madeBy: 'us' }],
  [
    'with our label and no owner',
    { ...labelled('clb-direct-controller'), ownerReferences: undefined },
    { version: '7', ownerUids: [], madeBy: 'us' },
  ],
  ['without labels', owned, { ...ofWeb, madeBy: undefined }],
  ["that TKE's controller created", writtenBy('service-controller', whole), { ...ofWeb, madeBy: 'tke' }],
  [
    "that TKE's controller only changed",
    writtenBy('service-controller', { 'f:loadBalancer': {} }),
    { ...ofWeb, madeBy: undefined },
  ],
  ['that a person created', writtenBy('kubectl-create', whole), { ...ofWeb, madeBy: undefined }],
  ['of a tool', labelled('Helm'), undefined],
  ['that is applied by the server', writtenBy('argocd-controller', whole, 'Apply'), undefined],
  [
    'that is applied by kubectl',
    {
      ...writtenBy('service-controller', whole),
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    },
    undefined,
  ],
])('One %s.', (_, metadata, kept) => {
  expect(toConfigFacts({ metadata, spec })).toEqual({ spec, kept });
});

test('Of one that is larger than anybody writes nothing is kept.', () => {
  const l4Listeners = Array.from({ length: 400_000 }, () => ({}));
  expect(toConfigFacts({ metadata: owned, spec: { loadBalancer: { l4Listeners } } })).toEqual({
    spec: undefined,
    isTooLarge: true,
    kept: { ...ofWeb, madeBy: undefined },
  });
});

test('Of thousands of owners a hundred are kept.', () => {
  const ownerReferences = Array.from({ length: 20_000 }, (_, at) => ({ uid: `uid-${at}` }));
  expect(toConfigFacts({ metadata: { ownerReferences }, spec }).kept?.ownerUids).toHaveLength(100);
});
