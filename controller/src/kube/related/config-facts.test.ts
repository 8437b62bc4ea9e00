import { expect, test } from '@jest/globals';
import { toConfigFacts } from './config-facts.ts';

const spec = { loadBalancer: {} };
const metadata = {
  labels: { 'app.kubernetes.io/managed-by': 'clb-direct-controller' },
  ownerReferences: [{ uid: 'uid-web' }],
  resourceVersion: '7',
};

test.each<[string, object, object | undefined]>([
  ['with our label and an owner', metadata, { version: '7', ownerUids: ['uid-web'] }],
  ['with our label and no owner', { ...metadata, ownerReferences: undefined }, { version: '7', ownerUids: [] }],
  ['of somebody else', { ...metadata, labels: { 'app.kubernetes.io/managed-by': 'Helm' } }, undefined],
  ['without labels', { ...metadata, labels: undefined }, undefined],
])('One %s.', (_, given, kept) => {
  expect(toConfigFacts({ metadata: given, spec })).toEqual({ spec, kept });
});
