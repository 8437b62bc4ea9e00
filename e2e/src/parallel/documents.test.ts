import { resolve } from 'node:path';
import type { V1Ingress, V1Service } from '@kubernetes/client-node';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { ingress as ingressPath, service as servicePath } from '@clb-direct/shared/kube/client/paths.ts';
import { healthChangesSince, listenersOf, loadBalancerAt, putSecurityGroup } from '../support/clb.ts';
import { connect, get } from '../support/cluster.ts';
import { gateOf, gatesOf, isReady, living, podsOf, timeOf } from '../support/pods.ts';
import { asClient, ask, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

const examples = resolve(import.meta.dirname, '../../../manifests/examples');
let api: KubeApi;

/** The CLB that was made for the Service. */
async function madeId(): Promise<string> {
  const { metadata } = await get<V1Service>(api, servicePath('default', 'nginx-service-eni'));
  return metadata?.annotations?.[annotation.loadBalancerId] ?? '';
}

beforeAll(async () => {
  api = await connect();
  await kubectl(['apply', '-f', `${examples}/nginx-deployment-eni.yaml`]);
  await kubectl(['apply', '-f', `${examples}/nginx-service-eni.yaml`]);
});

afterAll(async () => {
  await kubectl(['delete', '--wait=true', '-f', examples, '--ignore-not-found']);
  await api.close();
});

test("The documents' pods get one gate each, become targets, and are ready after the CLB's check.", async () => {
  const pods = await until(
    'three ready pods',
    async () => living(await podsOf(api, 'default', 'nginx')),
    (all) => all.length === 3 && all.every(isReady),
  );

  expect(pods.map((pod) => gatesOf(pod).length)).toEqual([1, 1, 1]);
  for (const pod of pods) {
    expect(gateOf(pod)).toMatchObject({
      status: 'True',
      reason: 'LoadBalancerNetworkGroupReady',
      message: 'Marking condition "cloud.tencent.com/load-balancer-backendgroup-ready" to True.',
    });
  }
});

test('No gate opened before the CLB had said Alive.', async () => {
  const pods = living(await podsOf(api, 'default', 'nginx'));
  const changes = await healthChangesSince(0);

  for (const pod of pods) {
    const alive = changes.find(({ ip, to }) => ip === pod.status?.podIP && to === 'Alive');
    const openedMs = timeOf(gateOf(pod)?.lastTransitionTime);
    expect(alive).toBeDefined();
    // Conditions carry whole seconds, rounded down.
    expect(openedMs + 999).toBeGreaterThanOrEqual(alive?.atMs ?? Infinity);
  }
});

test('kubectl get pods -o wide shows READINESS GATES 1/1.', async () => {
  const table = await kubectl(['get', 'pods', '-l', 'app=nginx', '-o', 'wide', '--no-headers']);

  expect(
    table
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).at(-1)),
  ).toEqual(['1/1', '1/1', '1/1']);
});

test('The EXTERNAL-IP is the VIP, and each pod answers there and sees the address of the client.', async () => {
  const service = await get<V1Service>(api, servicePath('default', 'nginx-service-eni'));
  const vip = service.status?.loadBalancer?.ingress?.[0]?.ip ?? '';
  expect(await loadBalancerAt(vip)).toMatchObject({ id: await madeId(), name: 'default_nginx-service-eni' });

  const answers = [];
  for (let i = 0; i < 12; i += 1) answers.push(await ask(vip));

  const pods = living(await podsOf(api, 'default', 'nginx')).map(({ metadata }) => metadata?.name);
  expect(new Set(answers.map(({ pod }) => pod))).toEqual(new Set(pods));
  expect(new Set(answers.map(({ client }) => client.replace('::ffff:', '')))).toEqual(new Set(['203.0.113.10']));
});

test("The Service's condition is True, and kubectl can wait for it.", async () => {
  await kubectl(['wait', '--for=condition=clb-direct.io/Ready', 'service/nginx-service-eni', '--timeout=30s']);

  const { status } = await get<V1Service>(api, servicePath('default', 'nginx-service-eni'));
  expect(status?.conditions).toEqual([
    expect.objectContaining({ type: 'clb-direct.io/Ready', status: 'True', reason: 'LoadBalancerEnsured' }),
  ]);
});

test('The targets on the CLB are exactly the pods.', async () => {
  const pods = living(await podsOf(api, 'default', 'nginx'));
  const [listener, ...others] = await listenersOf(await madeId());

  expect(others).toEqual([]);
  expect(listener).toMatchObject({ protocol: 'TCP', port: 80 });
  const addresses = listener?.targets.map(({ ip, port, weight, health }) => ({ ip, port, weight, health }));
  const expected = pods.map(({ status }) => ({ ip: status?.podIP, port: 80, weight: 10, health: 'Alive' }));
  expect(addresses).toHaveLength(3);
  expect(addresses).toEqual(expect.arrayContaining(expected));
});

test('Only clients whom its security groups let in are answered.', async () => {
  const { status } = await get<V1Service>(api, servicePath('default', 'nginx-service-eni'));
  const vip = status?.loadBalancer?.ingress?.[0]?.ip ?? '';
  const isAnswered = async () =>
    ask(vip).then(
      () => true,
      () => false,
    );
  const allow = async (group: string) =>
    kubectl(['annotate', '--overwrite', 'service', 'nginx-service-eni', `${annotation.securityGroups}=${group}`]);
  await putSecurityGroup('sg-others', '192.0.2.0/24');
  await putSecurityGroup('sg-clients', '203.0.113.0/24');
  await allow('sg-others');
  await until('no answer', isAnswered, (answered) => !answered);
  await allow('sg-others,sg-clients');
  await until('an answer', isAnswered, (answered) => answered);
});

test('Only clients of its loadBalancerSourceRanges are answered.', async () => {
  const { status } = await get<V1Service>(api, servicePath('default', 'nginx-service-eni'));
  const vip = status?.loadBalancer?.ingress?.[0]?.ip ?? '';
  const isAnswered = async () =>
    ask(vip).then(
      () => true,
      () => false,
    );
  const admit = async (range: string) => {
    const metadata = { annotations: { [annotation.securityGroups]: null } };
    const patch = JSON.stringify({ metadata, spec: { loadBalancerSourceRanges: [range] } });
    await kubectl(['patch', 'service', 'nginx-service-eni', '--type=merge', '-p', patch]);
  };
  await admit('192.0.2.0/24');
  await until('no answer', isAnswered, (answered) => !answered);
  await admit('203.0.113.0/24');
  await until('an answer', isAnswered, (answered) => answered);
});

test('The Service takes the CLB along that was made for it.', async () => {
  const service = await get<V1Service>(api, servicePath('default', 'nginx-service-eni'));
  const vip = service.status?.loadBalancer?.ingress?.[0]?.ip ?? '';
  const made = await loadBalancerAt(vip);
  expect(made).toBeDefined();

  await kubectl(['delete', '--wait=true', 'service', 'nginx-service-eni']);

  // The cloud may have given its address to another CLB already.
  expect((await loadBalancerAt(vip))?.id).not.toBe(made?.id);
});

test("The document's Ingress is answered by each pod, at another port too, and takes its CLB along.", async () => {
  await kubectl(['apply', '-f', `${examples}/nginx-ingress-eni.yaml`]);
  const vip = await until(
    'the address of the Ingress',
    async () => {
      const { status } = await get<V1Ingress>(api, ingressPath('default', 'test-ingress'));
      return status?.loadBalancer?.ingress?.[0]?.ip ?? '';
    },
    (address) => address !== '',
  );
  const pods = living(await podsOf(api, 'default', 'nginx')).map(({ metadata }) => metadata?.name);
  const answered = new Set<string>();
  // Until their checks have passed, the CLB sends nothing to the pods.
  await until(
    'every pod to answer',
    async () =>
      answered.add(
        await ask(vip).then(
          ({ pod }) => pod,
          () => '',
        ),
      ),
    (names) => pods.every((name = '') => names.has(name)),
  );
  const gates = living(await podsOf(api, 'default', 'nginx')).map((pod) => [gatesOf(pod).length, gateOf(pod)?.status]);
  expect(gates).toEqual(Array(3).fill([1, 'True']));

  const redirect = [{ path: '/old', rewrite: { port: 8080, path: '/' } }];
  await kubectl([
    ...['annotate', 'ingress', 'test-ingress', `${ingressAnnotation.listenPorts}=[{"HTTP":8080}]`],
    ...[`${ingressAnnotation.ruleMix}=true`, `${ingressAnnotation.httpRules}=${JSON.stringify(redirect)}`],
  ]);
  const show = ['-o', '/dev/null', '-w', '%{http_code} %{redirect_url}'];
  const curl = ['curl', '-sS', '--max-time', '5', ...show, `http://${vip}:8080/old`];
  await until(
    'a redirect at the other port',
    async () => asClient(curl).catch(() => ''),
    (answer) => answer === `301 http://${vip}:8080/`,
  );
  await until(
    'an answer where it leads to',
    async () =>
      ask(vip, 8080).then(
        ({ pod }) => pod,
        () => '',
      ),
    (pod) => pod !== '',
  );

  const made = await loadBalancerAt(vip);
  expect(made).toBeDefined();
  await kubectl(['delete', '--wait=true', 'ingress', 'test-ingress']);

  expect((await loadBalancerAt(vip))?.id).not.toBe(made?.id);
});
