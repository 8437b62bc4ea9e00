import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { annotation, drainNamespaceLabel, preStopSleepLabel } from '@clb-direct/shared/domain/names.ts';
import { optOutValue } from '@clb-direct/shared/domain/gate-rule.ts';
import { isBehindIngress, isOverTls, type App, type RolloutForm, type Row } from '../rows.ts';
import type { Cell } from './cell.ts';
import { ingressObjects } from './ingress-objects.ts';

const folder = resolve(import.meta.dirname, '../app');
/** The files of the application. */
const program = ['proof-app.ts', 'serve-websocket.ts', 'serve-grpc.ts', 'grpc-message.ts'];
const optOutAnnotation = 'clb-direct.io/gate';
/** Longer than a weight 0 that takes 3 s, twice. */
const sleepSeconds = 8;
/** How long the clients of a CLB that its Service leaves may take to follow. */
const moveKeepSeconds = 20;

/** The workloads at the beginning of a row, each with a Service and a port of the CLB. */
export function colorsOf({ rollout }: Row): readonly string[] {
  return rollout === 'several-owners' ? ['blue', 'green', 'red'] : ['blue'];
}

export const portOf = (row: Row, color: string): number =>
  isOverTls(row) ? 443 : 80 + Math.max(0, colorsOf(row).indexOf(color));

/** What proof-app.ts is told. */
const kindOf: Readonly<Record<App, string>> = {
  ...{ http: 'http', 'http-at-once': 'http', ingress: 'http', http2: 'http' },
  ...{ tcp: 'tcp', udp: 'udp', websocket: 'websocket', grpc: 'grpc' },
};

/** Namespace, Services and the program of their pods. */
export function surroundings(cell: Cell): readonly object[] {
  const { row, namespace, replicas } = cell;
  const isAtOnce = row.app === 'http-at-once';
  const labels = {
    ...(row.without === undefined ? { [drainNamespaceLabel]: 'true' } : {}),
    ...(isAtOnce && row.without === undefined ? { [preStopSleepLabel]: 'annotated' } : {}),
  };
  const budget = { minAvailable: replicas - 1, selector: { matchLabels: { app: 'web' } } };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'program', namespace },
      data: Object.fromEntries(program.map((file) => [file, readFileSync(resolve(folder, file), 'utf8')])),
    },
    ...colorsOf(row).map((color) => serviceOf(cell, color)),
    ...ingressObjects(cell),
    ...(row.rollout === 'drain-node'
      ? [{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace }, spec: budget }]
      : []),
  ];
}

/** The Service of the first color is `web`. */
function serviceOf({ row, namespace, clb }: Cell, color: string): object {
  const isFirst = color === 'blue';
  const ours = {
    [annotation.directAccess]: 'true',
    [annotation.existingLoadBalancer]: clb.id,
    [annotation.moveKeepSeconds]: String(moveKeepSeconds),
  };
  const isPlain = isBehindIngress(row);
  const port = isPlain ? 80 : portOf(row, color);
  const ports = [{ name: 'web', port, targetPort: 80, protocol: row.app === 'udp' ? 'UDP' : 'TCP' }];
  const selector = colorsOf(row).length > 1 ? { app: 'web', color } : { app: 'web' };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: isFirst ? 'web' : `web-${color}`, namespace, annotations: isPlain ? {} : ours },
    spec: { type: isPlain ? 'ClusterIP' : 'LoadBalancer', selector, ports },
  };
}

/** The pods of a node that does not answer are replaced soon. */
const lostNodes = ['not-ready', 'unreachable'].map((state) => {
  return { key: `node.kubernetes.io/${state}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
});

function template({ app, without }: Row, labels: Readonly<Record<string, string>>) {
  const isAtOnce = app === 'http-at-once';
  const env = { KIND: kindOf[app], ON_SIGTERM: isAtOnce ? 'at-once' : 'finish' };
  const container = {
    name: 'web',
    image: 'clb-direct/example:0.1.0',
    command: ['/nodejs/bin/node', '--disable-warning=ExperimentalWarning', '/proof/proof-app.ts'],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    readinessProbe: { httpGet: { path: '/', port: 8081 }, periodSeconds: 1 },
    // Without a request of its own it gets nothing of a busy machine.
    resources: { requests: { cpu: '20m' } },
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
      terminationGracePeriodSeconds: without === 'grace-period' ? 1 : 30,
      tolerations: lostNodes,
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

const kinds: Partial<Record<RolloutForm, 'StatefulSet' | 'DaemonSet'>> = {
  'stateful-set': 'StatefulSet',
  'daemon-set': 'DaemonSet',
};

export const kindOfWorkload = ({ rollout }: Row) => kinds[rollout] ?? 'Deployment';

/** What runs the pods; `color` is a label that a Service can select by. A DaemonSet has as many as there are nodes. */
export function workload({ row, namespace, replicas }: Cell, color = 'blue'): object {
  const kind = kindOfWorkload(row);
  const labels = { app: 'web', color };
  const strategy = strategies[row.rollout];
  const specOfKind = {
    Deployment: { replicas, ...(strategy === undefined ? {} : { strategy }) },
    StatefulSet: { replicas, serviceName: 'web', podManagementPolicy: 'Parallel' },
    DaemonSet: {},
  }[kind];
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: color, namespace },
    spec: { selector: { matchLabels: labels }, template: template(row, labels), ...specOfKind },
  };
}
