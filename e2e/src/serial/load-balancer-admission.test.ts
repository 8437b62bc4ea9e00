import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { namespaceOf } from '../support/manifests.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

// The policy of manifests/components/load-balancer-admission, as the API server applies it. No object here is ours.
const policy = join(import.meta.dirname, '../../../manifests/components/load-balancer-admission/policy.yaml');
const [allowed, other] = ['e2e-admitted', 'e2e-not-admitted'] as const;
const list = (verb: string) => ['-n', 'clb-direct', verb, 'configmap', 'clb-direct-load-balancers'];
const [listed, everyones, unlisted] = ['lb-admit001', 'lb-admit002', 'lb-admit003'] as const;
const byId = ingressAnnotation.existingLoadBalancer;
const refused = 'may not use lb-admit001. Use another CLB, or ask an administrator to allow it in the ConfigMap';

beforeAll(async () => {
  await Promise.all([allowed, other].map(async (name) => apply(namespaceOf(name))));
  await Promise.all([apply(aService(other, 'before', listed)), apply(anIngress(other, 'before', { [byId]: listed }))]);
  await kubectl([...list('create'), `--from-literal=${listed}=x, ${allowed}`, `--from-literal=${everyones}=*`]);
  await kubectl(['apply', '-f', policy]);
  await until(
    'the policy to be in force',
    async () => answerTo(other, listed),
    (answer) => answer !== 'admitted',
  );
});

afterAll(async () => {
  await kubectl(['delete', '-f', policy, '--ignore-not-found']);
  await kubectl([...list('delete'), '--ignore-not-found']);
  await kubectl(['delete', 'namespace', allowed, other, '--wait=false']);
});

function aService(namespace: string, name: string, loadBalancerId: string | undefined) {
  const annotations = loadBalancerId === undefined ? {} : { [annotation.existingLoadBalancer]: loadBalancerId };
  const spec = { selector: { app: name }, ports: [{ port: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, annotations }, spec };
}

function anIngress(namespace: string, name: string, annotations: Readonly<Record<string, string>>) {
  const spec = { ingressClassName: 'nobodys', defaultBackend: { service: { name: 'web', port: { number: 80 } } } };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, namespace, annotations }, spec };
}

/** What the API server would say to a new Service that names a CLB, or none. */
async function answerTo(namespace: string, loadBalancerId: string | undefined): Promise<string> {
  return answerToNew(aService(namespace, 'asking', loadBalancerId));
}

async function answerToNew(object: object): Promise<string> {
  return answer(kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(object)));
}

/** What it says to a change of what stood before the policy. */
async function answerToChange(...args: readonly string[]): Promise<string> {
  return answer(kubectl(['-n', other, ...args]));
}

async function answer(asked: Promise<string>): Promise<string> {
  return asked.then(
    () => 'admitted',
    (error: unknown) => String(error),
  );
}

async function name(loadBalancerId: string, ...more: readonly string[]): Promise<string> {
  const patch = { metadata: { annotations: { [annotation.existingLoadBalancer]: loadBalancerId } } };
  return answerToChange('patch', 'service', 'before', '-p', JSON.stringify(patch), ...more);
}

test('A Service may name the CLBs of its namespace, and is told what to do about others.', async () => {
  expect(await answerTo(allowed, listed)).toBe('admitted');
  expect(await answerTo(allowed, undefined)).toBe('admitted');
  expect(await answerTo(other, everyones)).toBe('admitted');
  expect(await answerTo(other, listed)).toContain(`Namespace ${other} ${refused}`);
  expect(await answerTo(allowed, unlisted)).toContain(`may not use ${unlisted}`);
  expect(await answerTo(allowed, `${listed}\nx`)).toContain('This namespace may not use that CLB.');
});

test('A Service that stood before can be changed and deleted, but can name no other CLB.', async () => {
  expect(await answerToChange('label', 'service', 'before', 'a=b')).toBe('admitted');
  expect(await name(unlisted)).toContain(`may not use ${unlisted}`);
  expect(await name(unlisted, '--subresource=status')).toContain(`may not use ${unlisted}`);
  expect(await name(everyones)).toBe('admitted');
  expect(await name(listed)).toContain(refused);
  expect(await answerToChange('annotate', 'service', 'before', `${annotation.existingLoadBalancer}-`)).toBe('admitted');
  expect(await answerToChange('delete', 'service', 'before')).toBe('admitted');
});

test.each<[string, string]>([
  [byId, listed],
  [annotation.adopt, listed],
  [annotation.adopt, `plan ${listed}`],
])('So may an Ingress, in annotation %s with %j.', async (key, text) => {
  expect(await answerToNew(anIngress(allowed, 'asking', { [key]: text }))).toBe('admitted');
  expect(await answerToNew(anIngress(other, 'asking', { [key]: text }))).toContain(`Namespace ${other} ${refused}`);
});

test('An Ingress that stood before can be changed and deleted, but can name no other CLB.', async () => {
  expect(await answerToChange('label', 'ingress', 'before', 'a=b')).toBe('admitted');
  const another = await answerToChange('annotate', '--overwrite', 'ingress', 'before', `${byId}=${unlisted}`);
  expect(another).toContain(`may not use ${unlisted}`);
  expect(await answerToChange('delete', 'ingress', 'before')).toBe('admitted');
});

test('Without the list nothing is refused, so that no Service can be stuck.', async () => {
  await kubectl(list('delete'));
  await until(
    'the list to be gone',
    async () => answerTo(other, listed),
    (said) => said === 'admitted',
  );
});
