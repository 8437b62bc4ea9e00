import { ingressClassName, ingressController } from '@clb-direct/shared/domain/ingress-names.ts';
import { registrationName, rightsFinalizer, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import { defaultGateType } from '@clb-direct/shared/domain/gate.ts';
import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import { uninstallRolePaths } from '@clb-direct/shared/kube/uninstall/uninstall-role.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { startFakeApiServer, type FakeApiServer } from '@clb-direct/shared/testing/fake-api-server.ts';
import { placeOf, type FakeObject } from '@clb-direct/shared/testing/fake-objects.ts';

const defaultNamespace = 'clb-direct';
const programs = ['clb-direct-controller', 'clb-direct-webhook'];
const labels = { 'app.kubernetes.io/part-of': 'clb-direct' };

/** An API server where clb-direct is installed, serves a Service, and a pod waits for its gate. */
export interface InstalledCluster {
  readonly server: FakeApiServer;
  readonly api: KubeApi;
  find(path: string): FakeObject | undefined;
  close(): Promise<void>;
}

/** isLabelled: false: the Namespace is somebody else's. */
interface Place {
  readonly namespace: string;
  readonly isLabelled?: boolean;
}

export async function startInstalledCluster(
  gateType = defaultGateType,
  place: Place = { namespace: defaultNamespace },
): Promise<InstalledCluster> {
  const server = await startFakeApiServer();
  const log = createLogger({ program: 'test', level: 'silent' });
  const api = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'test', log });
  install(server, gateType, place);
  serve(server, gateType);
  return {
    server,
    api,
    find: (path) => (server.store.has(placeOf(path)) ? server.store.get(placeOf(path)) : undefined),
    async close() {
      await api.close();
      await server.close();
    },
  };
}

/** Everything of ours that must be gone after an uninstall. */
export const installedPaths: readonly string[] = [paths.namespace(defaultNamespace), ...programPaths(defaultNamespace)];

/** But for the Namespace. */
export function programPaths(namespace: string): readonly string[] {
  return [
    paths.mutatingWebhookConfiguration(registrationName),
    paths.ingressClass(ingressClassName),
    ...programs.flatMap((name) => [
      paths.deployment(namespace, name),
      paths.clusterRole(name),
      paths.clusterRoleBinding(name),
      paths.role('kube-system', name),
      paths.roleBinding('kube-system', name),
      ...uninstallRolePaths(name),
      // As an older version named them.
      paths.clusterRole(`${name}-older`),
      paths.clusterRoleBinding(`${name}-older`),
    ]),
  ];
}

function install(server: FakeApiServer, gateType: string, { namespace, isLabelled = true }: Place): void {
  server.create(paths.namespaces(), { metadata: { name: namespace, ...(isLabelled ? { labels } : {}) } });
  for (const path of programPaths(namespace)) {
    const name = path.split('/').at(-1) ?? '';
    const program = programs.find((each) => name === `${each}-uninstall` || name === `${each}-older`);
    const managedBy = { 'app.kubernetes.io/managed-by': program };
    const metadata = { name, labels: program === undefined ? labels : managedBy };
    server.create(
      path,
      name === ingressClassName ? { metadata, spec: { controller: ingressController } } : { metadata },
    );
  }
  for (const name of programs) {
    server.create(paths.serviceAccount(namespace, name), { metadata: { name, labels, finalizers: [rightsFinalizer] } });
  }
  const data = { GATE_TYPE: gateType, CLUSTER_ID: 'cls-1' };
  server.create(paths.configMaps(namespace), { metadata: { name: 'clb-direct-settings-1', labels }, data });
}

function serve(server: FakeApiServer, gateType: string): void {
  server.create(paths.pods('shop'), {
    metadata: { name: 'web-1', labels: { app: 'web' } },
    spec: { readinessGates: [{ conditionType: gateType }], containers: [{ name: 'web' }] },
    status: { phase: 'Running', podIP: '10.0.0.1' },
  });
  server.create(paths.services('shop'), {
    metadata: {
      name: 'web',
      finalizers: [serviceFinalizer],
      annotations: {
        'clb-direct.io/load-balancers': 'lb-one',
        'service.kubernetes.io/tke-existed-lbid': 'lb-one',
      },
    },
    spec: {
      type: 'LoadBalancer',
      loadBalancerClass: 'clb-direct.io/clb',
      selector: { app: 'web' },
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    },
  });
}
