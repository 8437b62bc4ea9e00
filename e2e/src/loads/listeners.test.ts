import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { makePair } from '@clb-direct/controller/testing/make-pair.ts';
import {
  certifiedClient,
  issueCertificate,
  tlsSecret,
  uploadCertificate,
  type UploadedCertificate,
} from '../support/certificates.ts';
import { ownPods } from '../support/admissions/webhook-pods.ts';
import { addLoadBalancer, listenersOf } from '../support/clb.ts';
import { cloudClient } from '../support/cloud-client.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { deployment, endpointSlice, namespaceOf, plainService, service } from '../support/manifests.ts';
import { eventsOf, isReady, living, podsOf } from '../support/pods.ts';
import { apply, ask, asClient, kubectl, onNode, type Answer } from '../support/run.ts';
import { until } from '../support/until.ts';

/** One Service with a listener of each kind that carries traffic on the emulated CLB, all of them to the same pods. */
const namespace = 'e2e-listeners';
const loadBalancerId = 'lb-list0001';
const vip = '198.51.100.82';
/** Where the two certificates are uploaded, each on one because a CLB does one change at a time. */
const scratch = [
  { loadBalancerId: 'lb-list0002', vip: '198.51.100.83' },
  { loadBalancerId: 'lb-list0003', vip: '198.51.100.63' },
];
const host = 'www.e2e.example';
let api: KubeApi;
let certificates: readonly UploadedCertificate[] = [];

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, vip);
  certificates = await Promise.all(
    scratch.map(async (one, index) => {
      await addLoadBalancer(one.loadBalancerId, one.vip);
      return uploadCertificate(one.loadBalancerId, { host, number: index + 1 });
    }),
  );
  await apply(namespaceOf(namespace));
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

const specified = {
  443: { protocol: ['HTTPS'], hosts: { [host]: { tls: 'certificate' } } },
  8443: { protocol: ['TCP_SSL'], tls: 'certificate' },
  80: { protocol: ['TCP'] },
};

function everything() {
  const { metadata, spec, ...rest } = service(namespace, { name: 'web', app: 'web', loadBalancerId });
  const ports = Object.keys(specified).map((port) => ({ name: `p${port}`, port: Number(port), targetPort: 80 }));
  const annotations = { ...metadata.annotations, [annotation.specifyProtocol]: JSON.stringify(specified) };
  return { ...rest, metadata: { ...metadata, annotations }, spec: { ...spec, ports } };
}

function siteOn(id: string, ...secretNames: readonly string[]) {
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'site', namespace, annotations: { [ingressAnnotation.existingLoadBalancer]: id } },
    spec: {
      ingressClassName: 'clb-direct',
      tls: secretNames.map((secretName) => ({ hosts: [host], secretName })),
      rules: [{ host, http: { paths } }],
    },
  };
}

const putCertificate = async ({ id }: UploadedCertificate) =>
  apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'certificate', namespace },
    stringData: { qcloud_cert_id: id },
  });

/** A request on a handshake of its own, with a certificate of this CA. */
async function askSecurely(port: number, caFile: string, run = asClient, at = vip): Promise<Answer> {
  const to = ['--resolve', `${host}:${port}:${at}`, `https://${host}:${port}/`];
  return JSON.parse(await run(['curl', '-sS', '--max-time', '5', '--cacert', caFile, ...to])) as Answer;
}

/** Lets the controller read one Secret, as docs/operations.md writes it. */
async function allowSecret(name: string): Promise<void> {
  const rights = ['--verb=list,watch', '--resource=secrets', `--resource-name=${name}`];
  await kubectl(['-n', namespace, 'create', 'role', name, ...rights]);
  const who = [`--role=${name}`, '--serviceaccount=clb-direct:clb-direct-controller'];
  await kubectl(['-n', namespace, 'create', 'rolebinding', name, ...who]);
}

/** What fails of requests that go on, each on a handshake of its own, until the work is done. */
async function failuresDuring(asks: readonly (() => Promise<unknown>)[], work: () => Promise<void>) {
  const failures: unknown[] = [];
  let isDone = false;
  let asked = 0;
  const asking = asks.map(async (askOnce) => {
    while (!isDone) {
      asked += 1;
      await askOnce().catch((error: unknown) => failures.push(error));
    }
  });
  await work().finally(() => (isDone = true));
  await Promise.all(asking);
  return { failures, asked };
}

async function bundleOf(one: Pick<UploadedCertificate, 'caFile'>, other: typeof one): Promise<string> {
  const bundle = `${one.caFile}.both`;
  await asClient(['sh', '-c', `cat ${one.caFile} ${other.caFile} > ${bundle}`]);
  return bundle;
}

const sessionTimes = async () => {
  const { Listeners = [] } = await cloudClient().DescribeListeners({ LoadBalancerId: loadBalancerId });
  const times = Listeners.map(({ Port, Protocol, SessionExpireTime, Rules }) => [
    `${Protocol ?? ''}/${Port ?? 0}`,
    Rules?.[0]?.SessionExpireTime ?? SessionExpireTime,
  ]);
  return Object.fromEntries(times) as Readonly<Record<string, number>>;
};

test('A port whose Secret cannot be read waits, says which right is missing, and goes on by itself.', async () => {
  await putCertificate(certificates[0] ?? { id: '', caFile: '' });
  await apply(everything());
  await apply(deployment(namespace, 3, { app: 'web' }));
  await until(
    'the event about the Secret',
    async () => eventsOf(api, namespace, 'web'),
    (events) => events.some(({ reason, message = '' }) => reason === 'CertificateUnusable' && message.includes('list')),
    60_000,
  );
  await until(
    'the listener that needs no Secret',
    async () => (await listenersOf(loadBalancerId)).map(({ protocol, port }) => `${protocol}/${port}`).toSorted(),
    (standing) => standing.join() === 'TCP/80',
    60_000,
  );
  await allowSecret('certificate');
  await until(
    'ready pods',
    async () => living(await podsOf(api, namespace, 'web')),
    (pods) => pods.length === 3 && pods.every(isReady),
    180_000,
  );
});

test('TCP, TCP_SSL and HTTPS are served at the VIP.', async () => {
  const { caFile = '' } = certificates[0] ?? {};
  expect((await ask(vip)).pod).toMatch(/^web-/);
  expect((await askSecurely(443, caFile)).pod).toMatch(/^web-/);
  expect((await askSecurely(8443, caFile)).pod).toMatch(/^web-/);
});

test('Another certificate id in the Secret is swapped in, and no handshake fails meanwhile.', async () => {
  const [before, after] = certificates;
  if (before === undefined || after === undefined) throw new Error('no certificates were uploaded');
  const bundle = await bundleOf(before, after);
  const asks = [443, 8443].map((port) => async () => askSecurely(port, bundle));
  const { failures, asked } = await failuresDuring(asks, async () => {
    await putCertificate(after);
    for (const port of [443, 8443]) {
      await until(
        `the new certificate at ${port}`,
        async () => askSecurely(port, after.caFile).catch(() => undefined),
        (answer) => answer !== undefined,
        60_000,
      );
    }
  });
  expect(failures).toEqual([]);
  expect(asked).toBeGreaterThan(10);
});

test('A kubernetes.io/tls Secret serves an Ingress, and no handshake fails while it is renewed.', async () => {
  const [first, second] = await Promise.all([3, 4].map(async (number) => issueCertificate({ host, number })));
  if (first === undefined || second === undefined) throw new Error('no certificates were issued');
  const site = scratch[0] ?? { loadBalancerId: '', vip: '' };
  const askSite = async (caFile: string) => askSecurely(443, caFile, asClient, site.vip);
  const untilServedWith = async (caFile: string) =>
    until(
      'an answer with this certificate',
      async () => askSite(caFile).catch(() => undefined),
      (answer) => answer?.pod.startsWith('web-') === true,
      60_000,
    );
  await allowSecret('site-tls');
  await apply(tlsSecret(namespace, 'site-tls', first));
  await apply(siteOn(site.loadBalancerId, 'site-tls'));
  await untilServedWith(first.caFile);
  const bundle = await bundleOf(first, second);
  const { failures, asked } = await failuresDuring([async () => askSite(bundle)], async () => {
    await apply(tlsSecret(namespace, 'site-tls', second));
    await untilServedWith(second.caFile);
  });
  expect(failures).toEqual([]);
  expect(asked).toBeGreaterThan(1);
});

/** What clients of the Ingress get that take only such certificates: the status, or nothing without a handshake. */
async function statuses(kinds: readonly string[], ...client: readonly string[]): Promise<readonly string[]> {
  const at = `${host}:443:${scratch[0]?.vip ?? ''}`;
  const show = ['curl', '-sk', '--max-time', '5', '-o', '/dev/null', '-w', '%{http_code}', '--resolve', at];
  const ask = async (kind: string) => {
    const ciphers = ['--tls-max', '1.2', '--ciphers', `ECDHE-${kind}-AES128-GCM-SHA256`];
    return asClient([...show, ...ciphers, ...client, `https://${host}/`]).catch(() => '');
  };
  return Promise.all(kinds.map(ask));
}

test('Beside the RSA certificate of a host an ECC one serves the clients that take only that.', async () => {
  const kinds = ['RSA', 'ECDSA'];
  expect(await statuses(kinds)).toEqual(['200', '']);
  await allowSecret('site-ecc');
  await apply(tlsSecret(namespace, 'site-ecc', makePair({ kind: 'ec', notAfter: new Date('2126-01-01') })));
  await apply(siteOn(scratch[0]?.loadBalancerId ?? '', 'site-tls', 'site-ecc'));
  await until(
    'both kinds',
    async () => statuses(kinds),
    (all) => all.join() === '200,200',
    60_000,
  );
});

test('With a CA in its Secret a host lets in only clients that have a certificate of it.', async () => {
  const [known, stranger] = await Promise.all([certifiedClient(), certifiedClient()]);
  const stringData = { qcloud_ca_cert_id: known.caId };
  await kubectl(['-n', namespace, 'patch', 'secret', 'site-tls', '-p', JSON.stringify({ stringData })]);
  await until(
    'a client without a certificate to be refused',
    async () => statuses(['RSA', 'ECDSA']),
    (all) => all.join() === '400,400',
    60_000,
  );
  expect(await statuses(['RSA', 'ECDSA'], ...known.arguments)).toEqual(['200', '200']);
  expect(await statuses(['RSA', 'ECDSA'], ...stranger.arguments)).toEqual(['400', '400']);
  await kubectl(['-n', namespace, 'delete', 'ingress', 'site', '--wait=true', '--timeout=60s']);
});

test('Clients inside the cluster go through the CLB when the Service asks for it, and only then.', async () => {
  const { caFile = '' } = certificates[1] ?? {};
  const fromNode = async () => askSecurely(443, caFile, onNode).catch(() => undefined);
  const annotate = async (change: string) => kubectl(['-n', namespace, 'annotate', 'service', 'web', change]);
  // kube-proxy sends to the pods themselves, which know no TLS.
  expect(await fromNode()).toBeUndefined();
  await annotate(`${annotation.passThrough}=true`);
  await until('TLS on the node', fromNode, (answer) => answer?.pod.startsWith('web-') === true, 60_000);
  await annotate(`${annotation.passThrough}-`);
  await until('no TLS on the node', fromNode, (answer) => answer === undefined, 60_000);
});

test('Session affinity keeps a client at one pod, and is switched off again.', async () => {
  const set = async (sessionAffinity: string) =>
    kubectl(['-n', namespace, 'patch', 'service', 'web', '-p', JSON.stringify({ spec: { sessionAffinity } })]);
  await set('ClientIP');
  await until('session times', sessionTimes, (times) => Object.values(times).every((time) => time > 0), 60_000);
  expect(await sessionTimes()).toEqual({
    'TCP/80': 3_600,
    'TCP_SSL/8443': 3_600,
    'HTTPS/443': 10_800,
  });
  const pods = new Set<string>();
  for (let count = 0; count < 10; count += 1) pods.add((await ask(vip)).pod);
  expect(pods.size).toBe(1);
  await set('None');
  await until('no session times', sessionTimes, (times) => Object.values(times).every((time) => time === 0), 60_000);
});

test('A Service without a selector sends to the pods in its EndpointSlices, and to no address of others.', async () => {
  const own = living(await podsOf(api, namespace, 'web')).map(({ status }) => status?.podIP ?? '');
  const foreign = living(await ownPods(api))[0]?.status?.podIP ?? '';
  await apply(plainService(namespace, { name: 'plain', loadBalancerId, port: 81 }));
  await apply(endpointSlice(namespace, 'plain', [...own, foreign]));
  const targets = async () =>
    (await listenersOf(loadBalancerId)).filter(({ port }) => port === 81).flatMap((listener) => listener.targets);
  await until('its targets', targets, (found) => found.length === own.length);
  expect((await targets()).map(({ ip }) => ip).toSorted()).toEqual(own.toSorted());
  await until(
    'it to be served',
    async () => ask(vip, 81).catch(() => undefined),
    (answer) => answer !== undefined,
  );
  await until(
    'the event about the other address',
    async () => (await eventsOf(api, namespace, 'plain')).find(({ reason }) => reason === 'EndpointsNotBound'),
    (event) => event?.message?.includes(foreign) === true,
  );
  await kubectl(['-n', namespace, 'delete', 'service', 'plain']);
  await until(
    'its listener to go',
    async () => listenersOf(loadBalancerId),
    (all) => all.every(({ port }) => port !== 81),
  );
});

test('With the Service its listeners go.', async () => {
  await kubectl(['-n', namespace, 'delete', 'service', 'web', '--wait=true', '--timeout=60s']);
  expect(await listenersOf(loadBalancerId)).toEqual([]);
});
