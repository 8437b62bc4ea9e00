import { expect, test } from '@jest/globals';
import { commonSettings, gateRuleOf, leaseOptionsOf } from './common-settings.ts';
import { readSettings } from './settings.ts';

const env = {
  CLUSTER_ID: 'cls-local001',
  REGION: 'ap-guangzhou',
  VPC_ID: 'vpc-local001',
  POD_NAMESPACE: 'ns',
  POD_NAME: 'one',
  GATE_TYPE: 'x/gate',
  OPT_OUT_ANNOTATION: 'x/off',
  EXCLUDED_NAMESPACES: 'kube-system',
  GATE_JOB_PODS: 'true',
  LEASE_DURATION_MS: '3000',
  LEASE_RENEW_DEADLINE_MS: '2000',
  LEASE_RETRY_MS: '1000',
};
const settings = readSettings(commonSettings, env);

test('The gate rule is what the settings say, and our own namespace is excluded.', () => {
  const excludedNamespaces = ['kube-system', 'ns'];
  expect(gateRuleOf(settings)).toEqual({
    gateType: 'x/gate',
    optOutAnnotation: 'x/off',
    excludedNamespaces,
    gateJobPods: true,
  });
});

test('The Lease is in our own namespace, under the name that is asked for, and its identity is the pod.', () => {
  const times = { durationMs: 3_000, renewDeadlineMs: 2_000, retryMs: 1_000 };
  expect(leaseOptionsOf(settings, 'a-lease')).toEqual({ namespace: 'ns', name: 'a-lease', identity: 'one', ...times });
});
