import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ingressAnnotation, ingressController } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { Registry } from 'prom-client';
import type { NodeStage } from '../core/model/node.ts';
import { openCluster, type OpenCluster } from './open-cluster.ts';

// Whoever may write one object in a namespace may nest its values as deep as an annotation has room.
const log = createLogger({ program: 'test', level: 'silent' });
const deep = '['.repeat(9_990) + ']'.repeat(9_990);
let fake: FakeCluster;
beforeEach(async () => {
  fake = await openFakeCluster();
});
afterEach(async () => fake.close());

async function open(): Promise<OpenCluster> {
  const { api, stop } = fake;
  const options = { api, namespace: 'clb-direct', gateType: 'example.com/gate', gateExpected: () => false };
  const change = { pods: () => undefined, owners: () => undefined, tke: () => undefined };
  return openCluster({ ...options, log, signal: stop.signal, registry: new Registry() }, change);
}

test('An Ingress with a value of any depth is read with a finding, and those of others are read.', async () => {
  fake.server.create(paths.ingressClasses(), { metadata: { name: 'clb' }, spec: { controller: ingressController } });
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const rules = [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  const create = (namespace: string, annotations = {}) =>
    fake.server.create(paths.ingresses(namespace), {
      metadata: { name: 'site', annotations },
      spec: { ingressClassName: 'clb', rules },
    });
  create('first', { [ingressAnnotation.listenPorts]: `[${deep}]` });
  create('second');
  const opened = await open();
  const marks = () => [...opened.owners()].map(({ key, mark }) => `${key} ${mark}`);
  await until(() => marks().join() === 'Ingress/first/site ours,Ingress/second/site ours');
  const told = opened.owner('Ingress/first/site')?.findings.map(({ reason }) => reason);
  expect(told).toContain('AnnotationMalformed');
});

test('A Service with a value of any depth follows the nodes, and those of other namespaces do.', async () => {
  const address = [{ type: 'InternalIP', address: '10.1.0.1' }];
  const status = (ready: string) => ({ addresses: address, conditions: [{ type: 'Ready', status: ready }] });
  fake.server.create(paths.nodes(), { metadata: { name: 'node-1' }, status: status('True') });
  for (const namespace of ['first', 'second']) {
    const annotations = {
      [annotation.managed]: 'true',
      'service.kubernetes.io/tke-existed-lbid': 'lb-one',
      'service.cloud.tencent.com/direct-access': 'false',
      ...(namespace === 'first' ? { [annotation.specifyProtocol]: `{"80":${deep}}` } : {}),
    };
    fake.server.create(paths.services(namespace), {
      metadata: { name: 'web', annotations },
      spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30_080 }] },
    });
  }
  const opened = await open();
  const stageOf = (namespace: string) => {
    const backends = opened.owner(`Service/${namespace}/web`)?.bindings[0]?.backends;
    return backends?.mode === 'nodes' ? backends.nodes?.[0]?.stage : undefined;
  };
  const are = (stage: NodeStage) => until(() => ['first', 'second'].every((one) => stageOf(one) === stage));
  await are('stays');
  fake.server.store.patch(placeOf(`${paths.nodes()}/node-1`), { status: status('False') } as never);
  await are('not-ready');
});
