import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { annotation, drainNamespaceLabel, programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { auditPosition } from '../support/admissions/audit-log.ts';
import { runRotateCerts } from '../support/admissions/rotation.ts';
import { installNamespace } from '../support/admissions/webhook-pods.ts';
import { camPolicy } from '../support/cam-policy.ts';
import { addLoadBalancer, callsSince, listenersOf, newestCall } from '../support/clb.ts';
import { cloudClient } from '../support/cloud-client.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { deployment, namespaceOf, plainService, service } from '../support/manifests.ts';
import { living, podsOf } from '../support/pods.ts';
import { liveWithHosts } from '../support/rights/https-hosts.ts';
import { liveWithIngress } from '../support/rights/ingress.ts';
import { liveWithOwnLoadBalancer } from '../support/rights/own-load-balancer.ts';
import { ageRecord, breakOwnObjects, misdirectUntil, uninstallWhileCrashing } from '../support/rights/trouble.ts';
import { isUsed, untilUsed, unusedRights } from '../support/rights/used-rights.ts';
import { apply, kubectl } from '../support/run.ts';
import { install, localInstall } from '../support/uninstall/install.ts';
import { until } from '../support/until.ts';

/** One life of an install: whatever the programs may do, they do it here. */
const namespace = 'e2e-rights';
const loadBalancerId = 'lb-rights01';
const { controller, webhook } = programName;
let api: KubeApi;
let begin: number;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, '198.51.100.48');
  await apply(namespaceOf(namespace, { [drainNamespaceLabel]: 'true' }));
  begin = await auditPosition();
});

afterAll(async () => {
  await install(api, localInstall);
  await deleteNamespaces(api, namespace);
  await api.close();
});

async function untilServed(generation: string): Promise<void> {
  await apply(deployment(namespace, 2, { app: 'web', env: { GENERATION: generation } }));
  await kubectl(['-n', namespace, 'rollout', 'status', 'deployment/web', '--timeout=120s']);
  await until(
    'two targets, and none that ends',
    async () => (await listenersOf(loadBalancerId)).flatMap(({ targets }) => targets),
    (targets) => targets.length === 2 && targets.every(({ weight }) => weight > 0),
  );
}

/** Makes the controller tell again what it told more than a second ago. */
async function repeatSoon(): Promise<void> {
  const deployment = `deployment/${controller}`;
  await kubectl(['-n', installNamespace, 'set', 'env', deployment, 'RESYNC_MS=1000']);
  await kubectl(['-n', installNamespace, 'rollout', 'status', deployment, '--timeout=120s']);
}

/** A person deletes the listener; the controller makes it again. */
async function loseListener(): Promise<void> {
  const [lost] = await listenersOf(loadBalancerId);
  await cloudClient().DeleteListener({ LoadBalancerId: loadBalancerId, ListenerId: lost?.id ?? '' });
  await until(
    'another listener',
    async () => listenersOf(loadBalancerId),
    ([found]) => found !== undefined && found.id !== lost?.id,
  );
}

test('The controller calls every action that the CAM policy allows.', async () => {
  // A controller that starts reads the quota.
  const since = await newestCall();
  await repeatSoon();
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
  await untilServed('first');
  await untilServed('second');
  await kubectl(['-n', namespace, 'annotate', 'service', 'web', `${annotation.healthCheck}=off`]);
  const modified = async () => (await callsSince(since)).some(({ action }) => action === 'ModifyListener');
  await until('the health check to be switched off', modified, (seen) => seen);
  await Promise.all([liveWithHosts(namespace, loadBalancerId), liveWithOwnLoadBalancer(namespace)]);
  await apply(plainService(namespace, { name: 'plain', loadBalancerId, port: 81 }));
  await untilUsed(controller, 'watch endpointslices', begin);
  const atNodes = [`${annotation.managed}=true`, `${annotation.directAccess}=false`];
  await kubectl(['-n', namespace, 'annotate', '--overwrite', 'service', 'plain', ...atNodes]);
  await untilUsed(controller, 'watch nodes', begin);
  await kubectl(['-n', namespace, 'delete', 'service', 'plain']);
  await kubectl(['-n', namespace, 'delete', 'service', 'web']);
  await liveWithIngress(namespace, begin);

  // Their Services are gone, so nobody needs them.
  const done = async () => (await callsSince(since)).filter(({ code }) => code === null).map(({ action }) => action);
  const isDeleted = (seen: readonly string[]) =>
    seen.includes('DeleteCertificate') && seen.includes('DeleteSecurityGroup');
  await until('the uploaded certificate and the security group to be deleted', done, isDeleted, 120_000);
  const called = new Set((await callsSince(since)).filter(({ code }) => code === null).map(({ action }) => action));
  const allowed = camPolicy().statement.flatMap(({ action }) => action);
  expect(allowed.filter((action) => !called.has(action.replace(/^\w+:/, '')))).toEqual([]);
});

/** Its deletion waits for its drain; an eviction asks for the budgets of its namespace, and for the pods of its own. */
async function evictOne(): Promise<void> {
  const spec = { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } };
  await apply({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace }, spec });
  await until(
    'the budget to let one go',
    async () => kubectl(['-n', namespace, 'get', 'pdb', 'web', '-o', 'jsonpath={.status.disruptionsAllowed}']),
    (allowed) => allowed.trim() === '1',
  );
  const [pod] = living(await podsOf(api, namespace, 'web'));
  const name = pod?.metadata?.name ?? '';
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  await kubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(eviction));
}

/** What happens twice is one event, which is counted up. */
async function troubleController(): Promise<void> {
  await loseListener();
  await sleep(2_000);
  await loseListener();
  await untilUsed(controller, 'patch events', begin);
  await kubectl(['-n', namespace, 'delete', 'service', 'web']);
  await ageRecord(loadBalancerId);
  await untilUsed(controller, 'delete configmaps in clb-direct', begin);
}

async function troubleWebhook(): Promise<void> {
  await breakOwnObjects(api);
  await misdirectUntil(api, async () => isUsed(webhook, 'patch events in clb-direct', begin));
  await runRotateCerts({ kind: 'ca', settleMs: 1_000 });
  const rotateCerts = ['/nodejs/bin/node', '/app/rotate-certs.js', 'status'];
  await kubectl(['-n', installNamespace, 'exec', `deploy/${webhook}`, '--', ...rotateCerts]);
}

test('The programs use every right that the manifests grant.', async () => {
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
  await untilServed('third');
  await evictOne();
  await Promise.all([troubleController(), troubleWebhook()]);

  await uninstallWhileCrashing(api, webhook);
  await uninstallWhileCrashing(api, controller);
  expect([await neverUsed(controller), await neverUsed(webhook)]).toEqual([[], []]);
});

/** A program gives up its role and its binding at once: whichever goes first may take the right to delete the other. */
async function neverUsed(program: string): Promise<readonly string[]> {
  const unused = await unusedRights(program, begin);
  const givenUp = unused.filter((right) => /^delete clusterrole(binding)?s\..* \S+-uninstall$/.test(right));
  return givenUp.length === 1 ? unused.filter((right) => right !== givenUp[0]) : unused;
}
