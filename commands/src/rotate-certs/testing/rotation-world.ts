import { createCertificateKeeper } from '@clb-direct/certs/advance-certificates.ts';
import { webhookHostName, webhookHostNames } from '@clb-direct/certs/host-names.ts';
import { defaultPolicy } from '@clb-direct/certs/material.ts';
import { readCertificates } from '@clb-direct/certs/pem.ts';
import { openSecretStore } from '@clb-direct/certs/secret-store.ts';
import type { StoredCertificates } from '@clb-direct/certs/secret-format.ts';
import { registrationEntry, registrationName } from '@clb-direct/shared/domain/names.ts';
import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import {
  leases,
  pods,
  mutatingWebhookConfiguration,
  mutatingWebhookConfigurations,
  secret as secretPath,
  secrets,
} from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { startFakeApiServer, type FakeApiServer } from '@clb-direct/shared/testing/fake-api-server.ts';

const [namespace, name, service] = ['clb-direct', 'clb-direct-webhook-certs', 'clb-direct-webhook'];
const held = { signal: new AbortController().signal, isHeld: () => true };
const log = createLogger({ program: 'test', level: 'silent' });

/** An API server that keeps the certificates, and the webhook's own machine to work on them. */
export interface RotationWorld {
  readonly server: FakeApiServer;
  readonly api: KubeApi;
  /** One reconciliation by the leader; both replicas follow at once. */
  reconcile(): Promise<void>;
  /** Reconciles until stopped. */
  work(): { stop(): Promise<void> };
  annotations(): Readonly<Record<string, string>>;
  data(): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A webhook that has made its first certificates and registered itself. */
export async function startRotationWorld(): Promise<RotationWorld> {
  const server = await startFakeApiServer();
  const api = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'webhook', log });
  server.create(secrets(namespace), { metadata: { name } });
  const spec = { holderIdentity: 'webhook-a_1', renewTime: new Date().toISOString(), leaseDurationSeconds: 60 };
  for (const pod of ['webhook-a', 'webhook-b']) {
    const metadata = { name: pod, labels: { 'app.kubernetes.io/name': service } };
    server.create(pods(namespace), { metadata, status: { phase: 'Running' } });
  }
  server.create(leases(namespace), { metadata: { name: service }, spec });
  server.create(mutatingWebhookConfigurations(), { metadata: { name: registrationName }, webhooks: [] });
  const reconcile = createReconcile(api);
  const place = { collection: 'api/v1/secrets', namespace, name };
  const live = () => server.store.get(place) as { data?: Record<string, string>; metadata: { annotations?: object } };
  await reconcile();
  await reconcile();
  return {
    server,
    api,
    reconcile,
    work: () => runLoop(reconcile),
    annotations: () => ({ ...live().metadata.annotations }),
    data: () => live().data ?? {},
    close: async () => {
      await api.close();
      await server.close();
    },
  };
}

export const secretUrl = secretPath(namespace, name);

function createReconcile(api: KubeApi): () => Promise<void> {
  let served: StoredCertificates | undefined;
  let published = '';
  const keeper = createCertificateKeeper({
    store: openSecretStore({ api, namespace, name, fieldManager: 'webhook' }),
    hostName: webhookHostName(service, namespace),
    hostNames: webhookHostNames(service, namespace),
    policy: defaultPolicy,
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    settings: { publishMs: 0, settleMs: 3_600_000, source: 'own' },
    memory: () => served,
    publishedBundle: () => Promise.resolve(published),
    seeReplicas: () => Promise.resolve(served === undefined ? [] : observations(served)),
    log,
  });
  return async () => {
    const { secret, bundle } = await keeper.advance(held);
    served = secret.stored;
    published = bundle;
    const clientConfig = { caBundle: Buffer.from(bundle).toString('base64') };
    const body = { webhooks: [{ name: registrationEntry, clientConfig }] };
    const path = mutatingWebhookConfiguration(registrationName);
    await api.call({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body, ...held });
  };
}

function observations({ material }: StoredCertificates) {
  const serial = readCertificates(material.chain)?.[0]?.serialNumber ?? '';
  return ['webhook-a', 'webhook-b'].map((pod) => ({ pod, verifies: true, serial }));
}

function runLoop(reconcile: () => Promise<void>): { stop(): Promise<void> } {
  let isStopped = false;
  const work = async (): Promise<void> => {
    while (!isStopped) {
      await reconcile().catch(() => undefined); // a conflict with the command; the next one reads again
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const working = work();
  return {
    stop: async () => {
      isStopped = true;
      await working;
    },
  };
}
