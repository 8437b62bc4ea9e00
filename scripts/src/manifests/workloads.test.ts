import { describe, expect, test } from '@jest/globals';
import { join, resolve } from 'node:path';
import { projectVersion } from '../image/build-image.ts';
import { programs } from '../image/programs.ts';
import { readFolder, readObjects, type KubeObject } from './read-manifests.ts';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly securityContext: unknown;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: { readonly limits: Readonly<Record<string, string>> };
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}
interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly strategy: { readonly rollingUpdate: unknown };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
  };
}
interface PodSpec {
  readonly serviceAccountName: string;
  readonly securityContext: unknown;
  readonly hostNetwork?: boolean;
  readonly initContainers?: unknown;
  readonly containers: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
}
interface Service extends KubeObject {
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly port: number; readonly targetPort: string }[];
  };
}

const base = readFolder('base');
const deployments = base.filter((object): object is Deployment => object.kind === 'Deployment');

test('Both programs are installed, each in two replicas that are replaced without a gap.', () => {
  expect(deployments.map((deployment) => deployment.metadata.name)).toEqual([
    'clb-direct-controller',
    'clb-direct-webhook',
  ]);
  for (const { spec } of deployments) {
    expect(spec).toMatchObject({ replicas: 2, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
  }
});

test('Of each program a drain of nodes takes one replica at a time.', () => {
  const budgets = base.filter(({ kind }) => kind === 'PodDisruptionBudget');
  expect(budgets).toEqual(
    deployments.map(({ metadata, spec }) =>
      expect.objectContaining({
        metadata: { name: metadata.name, namespace: 'clb-direct' },
        spec: { maxUnavailable: 1, selector: spec.selector },
      }),
    ),
  );
});

test('A webhook that is slow for less than 15 s, because its node is busy, stays behind its Service.', () => {
  const webhook = deployments.find(({ metadata }) => metadata.name === 'clb-direct-webhook');
  const { timeoutSeconds = 0, failureThreshold = 0 } = webhook?.spec.template.spec.containers[0]?.readinessProbe ?? {};
  expect(timeoutSeconds * failureThreshold).toBeGreaterThanOrEqual(15);
});

test('The namespace demands restricted pods.', () => {
  const [namespace] = readObjects('base/namespace.yaml');

  expect(namespace?.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
});

test('Every namespaced object names its namespace, so that none lands elsewhere.', () => {
  const clusterWide = ['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'IngressClass'];
  for (const { kind, metadata } of base.filter((object) => !clusterWide.includes(object.kind))) {
    expect(`${kind} ${metadata.name} in ${metadata.namespace ?? 'nowhere'}`).toMatch(/ in (clb-direct|kube-system)$/);
  }
});

describe.each(deployments.map((deployment) => [deployment.metadata.name, deployment] as const))(
  '%s',
  (name, { spec }) => {
    const pod = spec.template.spec;
    const [container] = pod.containers;
    if (container === undefined) throw new Error(`${name} has no container`);

    test('It meets PodSecurity restricted and cannot write to its root.', () => {
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(pod.hostNetwork).toBeUndefined();
      expect(pod.initContainers).toBeUndefined();
      expect(pod.containers).toHaveLength(1);
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      for (const volume of pod.volumes ?? []) expect(Object.keys(volume)).toEqual(['name', 'secret']);
    });

    test('It runs as the user that its image names.', () => {
      const program = programs.find((candidate) => `clb-direct/${candidate.name}` === container.image);

      expect(pod.securityContext).toMatchObject({ runAsUser: 65532, runAsGroup: 65532 });
      expect(program?.user).toBe('65532:65532');
    });

    test('Its pods carry the labels that it selects, and run under its own ServiceAccount.', () => {
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
      expect(pod.serviceAccountName).toBe(name);
      expect(base).toContainEqual(
        expect.objectContaining({ kind: 'ServiceAccount', metadata: { name, namespace: 'clb-direct' } }),
      );
    });

    test('All three probes ask the ops port.', () => {
      const { startupProbe, livenessProbe, readinessProbe, ports } = container;

      expect([startupProbe, livenessProbe, readinessProbe].map((probe) => probe.httpGet)).toEqual([
        { path: '/livez', port: 'ops' },
        { path: '/livez', port: 'ops' },
        { path: '/readyz', port: 'ops' },
      ]);
      expect(ports).toContainEqual({ name: 'ops', containerPort: 9090 });
    });

    test('Its memory is limited, as the size of its heap follows the limit, and its CPU is not.', () => {
      expect(Object.keys(container.resources.limits)).toEqual(['memory']);
    });
  },
);

test('The Service of the webhook leads to its port by name.', () => {
  const service = base.find((object): object is Service => object.kind === 'Service');
  const webhook = deployments.find((deployment) => deployment.metadata.name === service?.metadata.name);

  expect(service?.spec.ports).toMatchObject([{ port: 443, targetPort: 'https' }]);
  expect(webhook?.spec.template.spec.containers[0]?.ports).toContainEqual({ name: 'https', containerPort: 8443 });
  expect(webhook?.spec.template.metadata.labels).toMatchObject(service?.spec.selector ?? { none: 'none' });
});

test('The installed images are those that this version builds.', async () => {
  const version = await projectVersion(resolve(import.meta.dirname, '../../..'));
  const [kustomization] = readObjects(join('base', 'kustomization.yaml'));

  expect(kustomization).toMatchObject({
    images: [
      { name: 'clb-direct/controller', newTag: version },
      { name: 'clb-direct/webhook', newTag: version },
    ],
  });
});
