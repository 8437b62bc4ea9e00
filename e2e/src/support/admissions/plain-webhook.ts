import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { json } from 'node:stream/consumers';
import { issueCa, issueLeaf } from '@clb-direct/certs/issue-certificates.ts';
import { defaultPolicy } from '@clb-direct/certs/material.ts';
import { defaultGateType } from '@clb-direct/shared/domain/gate.ts';
import { patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { mutatingWebhookConfiguration } from '@clb-direct/shared/kube/client/paths.ts';
import { find } from '../cluster.ts';
import { apply } from '../run.ts';

/** A CA with a leaf that it signed, PEM. */
export interface Pair {
  readonly ca: string;
  readonly leaf: string;
  readonly leafKey: string;
}

/** The simplest possible webhook, on the node itself, with a registration of its own: a control for the harness. */
export interface PlainWebhook {
  /** New connections get this pair from now on; open ones continue, as in the product. */
  serve(pair: Pair): void;
  /** Writes the CAs that the API server is to trust, and returns when it has answered. */
  publish(cas: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export const plainWebhookName = 'e2e-plain-webhook';
const nodeIp = '10.0.0.10';
const port = 8444;

/** Makes a CA and a leaf for the plain webhook in a namespace. */
export async function makePair(namespace: string, generation: number): Promise<Pair> {
  const order = { policy: defaultPolicy, nowMs: Date.now() };
  const ca = await issueCa({ ...order, generation });
  const leaf = await issueLeaf({ ...order, ca, hostNames: [`${plainWebhookName}.${namespace}.svc`] });
  return { ca: ca.certificate, leaf: leaf.certificate, leafKey: leaf.key };
}

/** Starts it in a namespace, for the pods of that namespace only. */
export async function startPlainWebhook(api: KubeApi, namespace: string, pair: Pair): Promise<PlainWebhook> {
  const server = createServer(contextOf(pair), (request, response) => {
    void json(request).then((review) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(review as Review)));
    });
  });
  server.keepAliveTimeout = 120_000;
  await once(server.listen(port, nodeIp), 'listening');
  for (const manifest of network(namespace)) await apply(manifest);
  const publish = async (cas: readonly string[]) => publishCas(api, namespace, cas);
  await publish([pair.ca]);
  return { serve: (next) => server.setSecureContext(contextOf(next)), publish, close: async () => close(api, server) };
}

const contextOf = ({ leaf, leafKey }: Pair) => ({ cert: leaf, key: leafKey });

interface Review {
  readonly request: { readonly uid: string };
}

function answer({ request: { uid } }: Review): unknown {
  const patch = [{ op: 'add', path: '/spec/readinessGates', value: [{ conditionType: defaultGateType }] }];
  const response = { uid, allowed: true, patchType: 'JSONPatch', patch: btoa(JSON.stringify(patch)) };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}

function network(namespace: string): readonly unknown[] {
  const metadata = { name: plainWebhookName, namespace };
  const ports = [{ name: 'https', port: 443, targetPort: port }];
  const labels = { 'kubernetes.io/service-name': plainWebhookName };
  const slice = { addressType: 'IPv4', ports: [{ name: 'https', port }], endpoints: [{ addresses: [nodeIp] }] };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports } },
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { ...metadata, labels }, ...slice },
  ];
}

async function publishCas(api: KubeApi, namespace: string, cas: readonly string[]): Promise<void> {
  const service = { namespace, name: plainWebhookName, path: '/', port: 443 };
  const entry = {
    name: 'plain.clb-direct.test',
    clientConfig: { service, caBundle: Buffer.from(cas.join('')).toString('base64') },
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    failurePolicy: 'Fail',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    timeoutSeconds: 5,
  };
  const kind = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' };
  await api.call({
    method: 'PATCH',
    path: mutatingWebhookConfiguration(plainWebhookName),
    query: { fieldManager: 'e2e', force: true },
    contentType: patchType.apply,
    body: { ...kind, metadata: { name: plainWebhookName }, webhooks: [entry] },
    signal: AbortSignal.timeout(10_000),
  });
}

async function close(api: KubeApi, server: Server): Promise<void> {
  const path = mutatingWebhookConfiguration(plainWebhookName);
  if ((await find(api, path)) !== undefined) {
    await api.call({ method: 'DELETE', path, signal: AbortSignal.timeout(10_000) });
  }
  server.close();
  server.closeAllConnections();
}
