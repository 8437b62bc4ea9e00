import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { annotation, drainNamespaceLabel, preStopSleepLabel } from '@clb-direct/shared/domain/names.ts';
import { optOutValue } from '@clb-direct/shared/domain/gate-rule.ts';
import type { App, RolloutForm, Row } from '../rows.ts';

const program = resolve(import.meta.dirname, '../app/proof-app.ts');
const optOutAnnotation = 'clb-direct.io/gate';
/** Longer than a weight 0 that takes 3 s, twice. */
const sleepSeconds = 8;
export const replicas = 4;

export interface Cell {
  readonly row: Row;
  readonly namespace: string;
  readonly loadBalancerId: string;
  readonly vip: string;
}

const kindOf = (app: App) => (app === 'http-at-once' ? 'http' : app);

/** Namespace, Service and the program of its pods. */
export function surroundings({ row, namespace, loadBalancerId }: Cell): readonly object[] {
  const isAtOnce = row.app === 'http-at-once';
  const labels = {
    ...(row.without === undefined ? { [drainNamespaceLabel]: 'true' } : {}),
    ...(isAtOnce && row.without === undefined ? { [preStopSleepLabel]: 'annotated' } : {}),
  };
  const protocol = row.app === 'udp' ? 'UDP' : 'TCP';
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'program', namespace },
      data: { 'proof-app.ts': readFileSync(program, 'utf8') },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'web',
        namespace,
        annotations: { [annotation.directAccess]: 'true', [annotation.existingLoadBalancer]: loadBalancerId },
      },
      spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ name: 'web', port: 80, protocol }] },
    },
  ];
}

function template({ app, without }: Row, labels: Readonly<Record<string, string>>) {
  const isAtOnce = app === 'http-at-once';
  const env = { KIND: kindOf(app), ON_SIGTERM: isAtOnce ? 'at-once' : 'finish' };
  const container = {
    name: 'web',
    image: 'clb-direct/example:0.1.0',
    command: ['/nodejs/bin/node', '--disable-warning=ExperimentalWarning', '/proof/proof-app.ts'],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    readinessProbe: { httpGet: { path: '/', port: 8081 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'program', mountPath: '/proof' }],
  };
  const annotations = {
    [annotation.networks]: 'tke-route-eni',
    ...(without === 'gate' ? { [optOutAnnotation]: optOutValue } : {}),
    ...(isAtOnce && without === undefined ? { [annotation.preStopSleep]: String(sleepSeconds) } : {}),
  };
  return {
    metadata: { labels, annotations },
    spec: {
      terminationGracePeriodSeconds: 30,
      automountServiceAccountToken: false,
      containers: [container],
      volumes: [{ name: 'program', configMap: { name: 'program' } }],
    },
  };
}

const strategies: Partial<Record<RolloutForm, object>> = {
  'surge-100': { rollingUpdate: { maxSurge: '100%', maxUnavailable: 0 } },
  'no-surge': { rollingUpdate: { maxSurge: 0, maxUnavailable: '25%' } },
};

/** What runs the pods; `color` is a label that a Service can select by. */
export function workload({ row, namespace }: Cell, color = 'blue'): object {
  const isStateful = row.rollout === 'stateful-set';
  const labels = { app: 'web', color };
  const strategy = strategies[row.rollout];
  return {
    apiVersion: 'apps/v1',
    kind: isStateful ? 'StatefulSet' : 'Deployment',
    metadata: { name: color, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: template(row, labels),
      ...(isStateful ? { serviceName: 'web', podManagementPolicy: 'Parallel' } : {}),
      ...(isStateful || strategy === undefined ? {} : { strategy }),
    },
  };
}
