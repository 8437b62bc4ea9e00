import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ingressClassName } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation, programName, serviceCondition, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { describeOwnerAlone } from './describe-owner.ts';
import { describePod } from './describe-pod.ts';
import { readOwner, readPod } from './read-facts.ts';

const gate = 'example.com/gate';
const signal = new AbortController().signal;
let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await openFakeCluster();
});
afterEach(async () => cluster.close());

const ready = { type: 'ContainersReady', status: 'True' };

function putPod(conditions: readonly object[], readinessGates: readonly object[] = [{ conditionType: gate }]): void {
  cluster.server.create(paths.pods('shop'), {
    metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' } },
    spec: { readinessGates },
    status: { podIP: '10.0.0.1', conditions },
  });
}

function putService(name: string, over: { finalizers?: string[]; selector?: object; conditions?: object[] } = {}) {
  const { finalizers = [serviceFinalizer], selector = { app: 'web' }, conditions = [] } = over;
  return cluster.server.create(paths.services('shop'), {
    metadata: { name, namespace: 'shop', finalizers },
    spec: { type: 'LoadBalancer', selector },
    status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] }, conditions },
  });
}

function putSlice(service: string, address: string): void {
  cluster.server.create(paths.endpointSlices('shop'), {
    metadata: { name: `${service}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address] }],
  });
}

function putIngress(service: string, over: { finalizers?: string[]; condition?: object; spec?: object } = {}) {
  const { finalizers = [serviceFinalizer], condition, spec } = over;
  const http = { paths: [{ path: '/', backend: { service: { name: service } } }] };
  const annotations = condition === undefined ? {} : { [annotation.condition]: JSON.stringify(condition) };
  return cluster.server.create(paths.ingresses('shop'), {
    metadata: { name: 'site', namespace: 'shop', finalizers, annotations },
    spec: { rules: [{ http }], ...spec },
  });
}

function putEvent(about: { readonly metadata: { readonly uid?: unknown } }, number: number, over: object = {}): void {
  cluster.server.create(paths.events('shop'), {
    metadata: { name: `event-${number}`, namespace: 'shop' },
    involvedObject: { uid: about.metadata.uid },
    source: { component: programName.controller },
    type: 'Warning',
    reason: `Reason${number}`,
    message: `message ${number}`,
    lastTimestamp: `2026-01-01T00:00:0${number}Z`,
    ...over,
  });
}

function refuse(what: string): void {
  const matches = ({ path }: { readonly path: string }) => path.endsWith(`/${what}`);
  const body = JSON.stringify({ message: `you may not list ${what}` });
  cluster.server.fail({ matches, times: 100, answer: { status: 403, body } });
}

async function explained(): Promise<string> {
  return describePod(await readPod({ api: cluster.api, namespace: 'shop', name: 'web-1' }, signal)).join('\n');
}

async function explainedOwner(kind: 'Service' | 'Ingress', name: string): Promise<string> {
  return describeOwnerAlone(await readOwner(kind, { api: cluster.api, namespace: 'shop', name }, signal)).join('\n');
}

describe('a pod', () => {
  test('that waits says for what, with the condition and the events of the Service that leads to it', async () => {
    const closed = { type: gate, status: 'False', reason: 'LoadBalancerNotReady', message: 'TCP/80 waits for health' };
    putPod([ready, { type: 'Ready', status: 'False' }, closed]);
    const condition = { type: serviceCondition, status: 'False', reason: 'CloudRefused', message: 'no such subnet' };
    putEvent(putService('web', { conditions: [condition] }), 1);
    putService('other', { selector: { app: 'other' } });
    putService('plain', { finalizers: [] });
    const text = await explained();
    expect(text).toContain('Pod shop/web-1 (10.0.0.1) is not Ready.');
    expect(text).toContain(`gate ${gate}: False LoadBalancerNotReady: TCP/80 waits for health`);
    expect(text).toContain('Service shop/web: 192.0.2.1');
    expect(text).toContain(`${serviceCondition} False CloudRefused: no such subnet`);
    expect(text).toContain('event Warning Reason1: message 1');
    expect(text).not.toMatch(/other|plain/);
  });

  test.each<[string, () => void, string]>([
    [
      'without ready containers',
      () => putPod([{ ...ready, status: 'False', message: 'unready: [app]' }]),
      'look at them first',
    ],
    ['whose gate nobody answers', () => putPod([ready]), 'look whether the controller runs'],
    ['without a gate', () => putPod([ready], []), 'it has no readiness gate'],
  ])('%s says so', async (_, put, text) => {
    put();
    putService('web');
    expect(await explained()).toContain(text);
  });

  test('that no Service selects says so, and needs no gate', async () => {
    putPod([ready, { type: 'Ready', status: 'True' }], []);
    const text = await explained();
    expect(text).toContain('is Ready.');
    expect(text).toContain('No Service or Ingress of clb-direct leads to it.');
    expect(text).not.toContain('no readiness gate');
  });

  test.each([
    ['that the EndpointSlices of a Service without a selector list is led to by it', '10.0.0.1', true],
    ['that they do not list is not', '10.0.0.9', false],
  ])('%s', async (_, address, leads) => {
    putPod([ready]);
    putService('by-hand', { selector: {} });
    putSlice('by-hand', address);
    putService('other', { selector: { app: 'other' } });
    putSlice('other', '10.0.0.1');
    const text = await explained();
    expect(text.includes('Service shop/by-hand: 192.0.2.1')).toBe(leads);
    expect(text.includes('No Service or Ingress of clb-direct leads to it.')).toBe(!leads);
    expect(text).not.toContain('shop/other');
  });

  test('is not said to have nobody when EndpointSlices may not be read that could list it', async () => {
    putPod([ready]);
    putService('by-hand', { selector: {} });
    refuse('endpointslices');
    expect(await explained()).toMatch(/not everything could be read:\nnot read: .*endpointslices/);
  });

  test('is led to by a Service that is ours by its condition alone', async () => {
    putPod([ready]);
    const condition = { type: serviceCondition, status: 'False', reason: 'CloudRefused', message: 'no such subnet' };
    putService('web', { finalizers: [], conditions: [condition] });
    expect(await explained()).toContain(`${serviceCondition} False CloudRefused: no such subnet`);
  });

  test('behind an Ingress says what a 404 on "/" means', async () => {
    putPod([ready]);
    putService('web', { finalizers: [] });
    putIngress('web');
    expect(await explained()).toMatch(/Ingress shop\/site: has no address yet\n.*a 404 there/s);
  });

  test('is explained as far as may be read, and what may not be is named', async () => {
    putPod([ready]);
    refuse('ingresses');
    expect(await explained()).toMatch(/^not read: .*ingresses/m);
  });

  test.each(['services', 'ingresses', 'events'])('is not said to have nobody when %s may not be read', async (what) => {
    putPod([ready]);
    putService('web', { finalizers: [] });
    refuse(what);
    const text = await explained();
    expect(text).not.toContain('No Service or Ingress of clb-direct leads to it.');
    expect(text).toMatch(new RegExp(`not everything could be read:\\nnot read: .*${what}`));
  });

  test('shows texts of others on one line, without control characters', async () => {
    putPod([ready, { type: gate, status: 'False', reason: 'X', message: 'a\n\u001b[31mb' }]);
    expect(await explained()).not.toMatch(/\u001b|^b/m);
  });
});

describe('an owner', () => {
  test('shows each message to its end, where it says what to do', async () => {
    const message = (of: string) => `${'x'.repeat(500)}, the end of ${of}`;
    const condition = { type: serviceCondition, status: 'False', reason: 'X', message: message('its Service') };
    const notReady = { ...ready, status: 'False', message: message('its containers') };
    putPod([notReady, { type: gate, status: 'False', reason: 'X', message: message('its gate') }]);
    putEvent(putService('web', { conditions: [condition] }), 1, { message: message('an event') });
    const text = await explained();
    for (const one of ['its Service', 'its containers', 'its gate', 'an event'])
      expect(text).toContain(`, the end of ${one}`);
  });

  test('shows its newest events, warnings first, and those of clb-direct alone', async () => {
    const service = putService('web');
    for (const number of [1, 2, 3, 4, 5, 6]) putEvent(service, number, number === 6 ? { type: 'Normal' } : {});
    putEvent(service, 7, { source: { component: 'service-controller' } });
    const lines = (await explainedOwner('Service', 'web')).split('\n').filter((line) => line.includes('event '));
    expect(lines.map((line) => /Reason\d/.exec(line)?.[0])).toEqual([
      'Reason5',
      'Reason4',
      'Reason3',
      'Reason2',
      'Reason1',
    ]);
  });

  test.each([
    ['that nothing marks', []],
    ['of ours', [serviceFinalizer]],
  ])('%s is not said to be silent when its events may not be read', async (_, finalizers) => {
    putService('web', { finalizers });
    refuse('events');
    const text = await explainedOwner('Service', 'web');
    expect(text).not.toMatch(/more than an hour ago|docs.compatibility.md/);
    expect(text).toMatch(/what clb-direct says of it is not known\nnot read: .*events/);
  });

  test('that is adopted and has its condition in an annotation shows it', async () => {
    putIngress('web', { condition: { status: 'False', reason: 'AdoptionRefused', message: 'no tag' } });
    expect(await explainedOwner('Ingress', 'site')).toContain(`${serviceCondition} False AdoptionRefused: no tag`);
  });

  test('of our class is ours before anything is done for it', async () => {
    putIngress('web', { finalizers: [], spec: { ingressClassName } });
    expect(await explainedOwner('Ingress', 'site')).not.toContain('docs/compatibility.md');
  });

  test('that clb-direct does not serve says where to look', async () => {
    putService('web', { finalizers: [] });
    expect(await explainedOwner('Service', 'web')).toContain('docs/compatibility.md');
  });
});
