import type { V1SubjectAccessReview } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { installNamespace } from './support/admissions/webhook-pods.ts';
import { connect } from './support/cluster.ts';
import { kubectl } from './support/run.ts';

/** What the API server lets the installed ServiceAccounts do, for docs/security.md. */
const { controller, webhook } = programName;
const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
});

afterAll(async () => api.close());

function userOf(program: string): string {
  return `system:serviceaccount:${installNamespace}:${program}`;
}

/** A permission such as "get secrets in default named one"; without "in", in all namespaces. */
function parse(permission: string): Readonly<Record<string, string | undefined>> {
  const [, verb = '', resource = '', subresource, group = '', namespace, name] =
    /^(\w+) (\w+)(?:\/(\w+))?(?:\.(\S+))?(?: in (\S+))?(?: named (\S+))?$/.exec(permission) ?? [];
  return { verb, resource, subresource, group, namespace, name };
}

async function isAllowed(program: string, permission: string): Promise<boolean | undefined> {
  const groups = ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${installNamespace}`];
  const body = { spec: { user: userOf(program), groups, resourceAttributes: parse(permission) } };
  const review = await api.call<V1SubjectAccessReview>({
    method: 'POST',
    path,
    body,
    signal: AbortSignal.timeout(30_000),
  });
  return review.status?.allowed;
}

describe('The API server refuses the controller', () => {
  test.each([
    'get secrets in default',
    `get secrets in ${installNamespace} named clb-direct-credentials`,
    `get secrets in ${installNamespace} named clb-direct-webhook-certs`,
    'list secrets',
    'create pods in default',
    'patch pods in default',
    'delete pods in default',
    'create pods/exec in default',
    'create pods/eviction in default',
    'create services in default',
    'update services in default',
    'delete services in default',
    'patch configmaps in default',
    'get nodes',
    'patch deployments.apps in default',
    'create serviceaccounts/token in default',
    'impersonate users',
    'patch clusterroles.rbac.authorization.k8s.io named cluster-admin',
    'patch mutatingwebhookconfigurations.admissionregistration.k8s.io named clb-direct-pod-gate',
  ])('%s.', async (permission) => {
    await expect(isAllowed(controller, permission)).resolves.toBe(false);
  });
});

describe('The API server refuses the webhook', () => {
  test.each([
    'get secrets in default',
    `get secrets in ${installNamespace} named clb-direct-credentials`,
    `list secrets in ${installNamespace}`,
    'get pods in default',
    'patch pods/status in default',
    `create pods in ${installNamespace}`,
    'patch services in default',
    `patch services in ${installNamespace} named another`,
    'patch mutatingwebhookconfigurations.admissionregistration.k8s.io named another',
    'create validatingwebhookconfigurations.admissionregistration.k8s.io',
    'patch clusterroles.rbac.authorization.k8s.io named cluster-admin',
    'impersonate users',
  ])('%s.', async (permission) => {
    await expect(isAllowed(webhook, permission)).resolves.toBe(false);
  });
});

test('What the programs need is allowed, so that the refusals above are none of a wrong question.', async () => {
  await expect(isAllowed(controller, 'patch pods/status in default')).resolves.toBe(true);
  const own = `get secrets in ${installNamespace} named clb-direct-webhook-certs`;
  await expect(isAllowed(webhook, own)).resolves.toBe(true);
});

test.each([controller, webhook])('%s cannot give itself more through the role for its uninstall.', async (program) => {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: `${program}-uninstall` },
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }],
  };
  const how = ['apply', '--server-side', '--force-conflicts', '-f', '-', `--as=${userOf(program)}`];
  await expect(kubectl(how, JSON.stringify(role))).rejects.toThrow('attempting to grant RBAC permissions');
});
