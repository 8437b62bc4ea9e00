import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { readObjects } from './read-manifests.ts';

const file = 'components/load-balancer-admission/policy.yaml';
const name = 'clb-direct-load-balancers';

test('The admission policy is about the annotation that the controller reads, and about no other.', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../manifests', file), 'utf8');
  const quoted = [...text.matchAll(/'([a-z.]+\/[a-z-]+)'/g)].map(([, key]) => key);
  expect(new Set(quoted)).toEqual(new Set([annotation.existingLoadBalancer]));
});

test('Its binding names it and the ConfigMap that docs/operations.md tells to write.', () => {
  const [policy, binding] = readObjects(file);
  expect([policy, binding]).toMatchObject([
    { kind: 'ValidatingAdmissionPolicy', metadata: { name } },
    {
      kind: 'ValidatingAdmissionPolicyBinding',
      spec: { policyName: name, paramRef: { namespace: 'clb-direct', name } },
    },
  ]);
  const documented = readFileSync(resolve(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
  expect(documented).toContain(`kubectl -n clb-direct create configmap ${name} `);
});
