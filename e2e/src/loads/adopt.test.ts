import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { callsSince, listenersOf, newestCall, type ClbTarget } from '../support/clb.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { underLoad } from '../support/load.ts';
import { deployment, namespaceOf, service } from '../support/manifests.ts';
import { ipv4OfNodes } from '../support/nodes.ts';
import { podsOf, untilReplicas } from '../support/pods.ts';
import { adopt, apply, kubectl } from '../support/run.ts';
import { carriersAt, ingressMadeByTke, madeByTke, type MadeByTke } from '../support/tke-balancer.ts';
import { until } from '../support/until.ts';

/** Services and Ingresses that come from TKE keep its CLB, listeners and rules: clients notice nothing. */
const namespace = 'e2e-adopt';
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await apply(namespaceOf(namespace));
  await apply(deployment(namespace, 2, { app: 'web' }));
  await untilReplicas(api, { namespace, app: 'web', replicas: 2 });
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

const named = async (name: string) => kubectl(['-n', namespace, 'get', 'service', name, '-o', 'json']);
const uidOf = async (name: string) => (JSON.parse(await named(name)) as { metadata: { uid: string } }).metadata.uid;

/** As TKE's controller has it: without a mark of ours. */
async function serviceOfTke(name: string): Promise<{ readonly uid: string; readonly nodePort: number }> {
  const { metadata, ...rest } = service(namespace, { name, app: 'web' });
  await apply({ ...rest, metadata: { ...metadata, annotations: { [annotation.targetDrainSeconds]: '600' } } });
  const made = JSON.parse(await named(name)) as {
    readonly metadata: { readonly uid: string };
    readonly spec: { readonly ports: readonly { readonly nodePort: number }[] };
  };
  return { uid: made.metadata.uid, nodePort: made.spec.ports[0]?.nodePort ?? 0 };
}

/** Until the targets that count are the two pods. */
async function untilOnPods(id: string, counts: (target: ClbTarget) => boolean = () => true): Promise<void> {
  await until(
    'the pods alone',
    async () => (await listenersOf(id)).flatMap(({ targets }) => targets).filter(counts),
    (targets) => targets.length === 2 && targets.every(({ port, health }) => port === 80 && health === 'Alive'),
  );
}

/** Adopts it under load: the plan first, which changes nothing. Returns the actions of the calls that wrote. */
async function adopted(name: string, { id, vip: address, listenerId }: MadeByTke): Promise<readonly string[]> {
  const args = ['-n', namespace, '--load-balancer', id];
  const from = await newestCall();
  const writes = async () => (await callsSince(from)).filter((call) => call.write && call.loadBalancerId === id);
  const result = await underLoad(address, 50, async () => {
    expect(await adopt(`service/${name}`, ...args)).toContain(`listener ${listenerId} gets clb-direct's name`);
    expect(await writes()).toEqual([]);
    await adopt(`service/${name}`, ...args, '--yes');
    await untilOnPods(id, ({ weight }) => weight > 0);
  });
  expect(result.failures).toEqual([]);
  // What is drained is cut when its time is over; that is not what the load is about.
  const noTime = `${annotation.targetDrainSeconds}=0`;
  await kubectl(['-n', namespace, 'annotate', '--overwrite', 'service', name, noTime]);
  await untilOnPods(id);
  expect(result.ok).toBeGreaterThan(50);
  expect(await listenersOf(id)).toMatchObject([{ id: listenerId, name: expect.stringContaining(await uidOf(name)) }]);
  return (await writes()).map(({ action }) => action);
}

test('A Service keeps the CLB that TKE made for it with nodes as targets, and no request is lost.', async () => {
  const { uid, nodePort } = await serviceOfTke('with-nodes');
  const made = await madeByTke(uid, await ipv4OfNodes(), nodePort);
  await serviceOfTke('thief');
  await expect(adopt('service/thief', '-n', namespace, '--load-balancer', made.id, '--yes')).rejects.toMatchObject({
    stdout: expect.stringContaining('tke-lb-serviceuuid'),
  });
  const actions = await adopted('with-nodes', made);
  expect(actions).toEqual(
    expect.arrayContaining(['ModifyListener', 'BatchRegisterTargets', 'BatchModifyTargetWeight']),
  );
  expect(actions.filter((action) => /CreateListener|DeleteListener|DeleteLoadBalancer/.test(action))).toEqual([]);
});

test('A Service keeps the CLB that TKE made for it with pods as targets: nothing but a name is written.', async () => {
  const { uid } = await serviceOfTke('with-pods');
  const addresses = (await podsOf(api, namespace, 'web')).map(({ status }) => status?.podIP ?? '');
  expect(await adopted('with-pods', await madeByTke(uid, addresses, 80))).toEqual(['ModifyListener']);
});

/** As TKE's controller has it, with a Service that has node ports. Its rules are "/" and "/direct". */
async function ingressOfTke(name: string): Promise<{ readonly uid: string; readonly nodePort: number }> {
  const { metadata, spec, ...rest } = service(namespace, { name, app: 'web' });
  await apply({ ...rest, metadata: { ...metadata, annotations: {} }, spec: { ...spec, type: 'NodePort' } });
  const backend = { service: { name, port: { number: 80 } } };
  const paths = ['/', '/direct'].map((path) => ({ path, pathType: 'Prefix', backend }));
  await apply({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace },
    spec: { ingressClassName: 'qcloud', rules: [{ http: { paths } }] },
  });
  const [ingress, ports] = await Promise.all([
    kubectl(['-n', namespace, 'get', 'ingress', name, '-o', 'jsonpath={.metadata.uid}']),
    kubectl(['-n', namespace, 'get', 'service', name, '-o', 'jsonpath={.spec.ports[0].nodePort}']),
  ]);
  return { uid: ingress, nodePort: Number(ports) };
}

test('An Ingress keeps the CLB that TKE made and its rules; nodes give way to pods, and pods stay.', async () => {
  const { uid, nodePort } = await ingressOfTke('site');
  const pods = (await podsOf(api, namespace, 'web')).map(({ status }) => status?.podIP ?? '');
  const made = await ingressMadeByTke(uid, [
    { url: '/', addresses: await ipv4OfNodes(), port: nodePort },
    { url: '/direct', addresses: pods, port: 80 },
  ]);
  const [atRoot = '', direct = ''] = made.locationIds;
  const args = ['ingress/site', '-n', namespace, '--load-balancer', made.id];
  const from = await newestCall();
  const writes = async () => (await callsSince(from)).filter((call) => call.write && call.loadBalancerId === made.id);
  const result = await underLoad(made.vip, 50, async () => {
    expect(await adopt(...args)).toContain(`listener ${made.listenerId} gets clb-direct's name; of its`);
    expect(await writes()).toEqual([]);
    await adopt(...args, '--yes');
    await until(
      'the pods alone',
      async () => carriersAt(made.id, made.listenerId, atRoot),
      (carriers) =>
        carriers.join() ===
        pods
          .map((ip) => `${ip}:80`)
          .toSorted()
          .join(),
    );
  });
  expect(result.failures).toEqual([]);
  expect(result.ok).toBeGreaterThan(50);
  const done = await writes();
  expect(done.filter(({ request }) => JSON.stringify(request).includes(direct))).toEqual([]);
  expect(done.filter(({ action }) => /^(Create|Delete)/.test(action))).toEqual([]);
  expect(await listenersOf(made.id)).toMatchObject([{ id: made.listenerId, name: expect.stringMatching(/_shared$/) }]);
});
