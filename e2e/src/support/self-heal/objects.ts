import { programName, registrationEntry, registrationName } from '@clb-direct/shared/domain/names.ts';
import { patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { mutatingWebhookConfiguration, secret, service } from '@clb-direct/shared/kube/client/paths.ts';
import { find } from '../cluster.ts';
import { installNamespace } from '../admissions/webhook-pods.ts';

/** The objects that the webhook looks after. */
export const objects = {
  registration: mutatingWebhookConfiguration(registrationName),
  secret: secret(installNamespace, 'clb-direct-webhook-certs'),
  service: service(installNamespace, programName.webhook),
} as const;

export type Watched = keyof typeof objects;

type Json = Readonly<Record<string, unknown>>;

export interface Raw extends Json {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly unknown[];
    readonly resourceVersion: string;
  };
  readonly webhooks?: readonly Json[];
  readonly data?: Json;
  readonly spec?: {
    readonly selector?: unknown;
    readonly ports?: unknown;
    readonly type?: unknown;
    readonly clusterIP?: unknown;
  };
}

/** What of an object matters and is ours; undefined = there is no such object. */
export async function essence(api: KubeApi, name: Watched): Promise<unknown> {
  const raw = await find<Raw>(api, objects[name]);
  if (raw === undefined) return undefined;
  if (name === 'secret') return raw.data;
  const { selector, ports, type } = raw.spec ?? {};
  if (name === 'service') return { selector, ports, type };
  const { labels, ownerReferences } = raw.metadata;
  return { labels, ownerReferences, webhooks: raw.webhooks?.filter((entry) => entry['name'] === registrationEntry) };
}

const soon = () => AbortSignal.timeout(10_000);

export async function remove(api: KubeApi, name: Watched): Promise<void> {
  await api.call({ method: 'DELETE', path: objects[name], signal: soon() });
}

/** One operation of a JSON patch. */
export interface Edit {
  readonly op: 'replace' | 'add' | 'remove' | 'test';
  readonly path: string;
  readonly value?: unknown;
}

/** Edits as a user with permissions does; the API server records the editor's name. */
export async function edit(api: KubeApi, name: Watched, edits: readonly Edit[]): Promise<void> {
  const query = { fieldManager: 'e2e-rival' };
  const contentType = patchType.json;
  await api.call({ method: 'PATCH', path: objects[name], query, contentType, body: edits, signal: soon() });
}
