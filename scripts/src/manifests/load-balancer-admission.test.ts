import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { readObjects } from './read-manifests.ts';

const file = 'components/load-balancer-admission/policy.yaml';
const name = 'clb-direct-load-balancers';

test('The admission policy is about the annotations in which the controller reads a CLB, and about no other.', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../manifests', file), 'utf8');
  const quoted = [...text.matchAll(/'([a-z.-]+\/[A-Za-z.-]+)'/g)].map(([, key]) => key);
  const { existingLoadBalancer, adopt } = annotation;
  expect(new Set(quoted)).toEqual(new Set([existingLoadBalancer, adopt, ingressAnnotation.existingLoadBalancer]));
});

test('It is asked about every kind of object that names a CLB, and about writes to its status.', () => {
  const [policy] = readObjects(file);
  const rule = { apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'] };
  expect(policy).toMatchObject({
    spec: {
      matchConstraints: {
        resourceRules: [
          { ...rule, apiGroups: [''], resources: ['services', 'services/status'] },
          { ...rule, apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'ingresses/status'] },
        ],
      },
    },
  });
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
