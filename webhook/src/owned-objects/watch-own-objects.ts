import { registrationName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { mutatingWebhookConfigurations, namespaces, secrets, services } from '@clb-direct/shared/kube/client/paths.ts';
import { startReflector } from '@clb-direct/shared/kube/reflector/reflector.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Registry } from 'prom-client';
import { asObject, own } from '@clb-direct/shared/domain/raw.ts';

/** One object's watch is cheap, and a repair waits for it: back soon, even after a long outage. */
const pace = { pauseMs: [500, 2_000] } as const;

/**
 * Watches the few objects that are ours. A change carries nothing: the current state has to be read. Each watch names
 * its object, so RBAC can be limited to that name. Ends with the signal.
 */
export async function watchOwnObjects(o: {
  api: KubeApi;
  namespace: string;
  secretName: string;
  serviceName: string;
  onChange: () => void;
  log: Log;
  registry: Registry;
  signal: AbortSignal;
}): Promise<void> {
  const watched = [
    { name: 'secret', path: secrets(o.namespace), object: o.secretName, view: versionOf },
    { name: 'registration', path: mutatingWebhookConfigurations(), object: registrationName, view: versionOf },
    { name: 'service', path: services(o.namespace), object: o.serviceName, view: versionOf },
    { name: 'namespace', path: namespaces(), object: o.namespace, view: lifeOf },
  ];
  const reflectors = watched.map(({ name, path, object, view }) => {
    const query = { fieldSelector: `metadata.name=${object}` };
    const { api, onChange, log, registry, signal } = o;
    return startReflector({ name, api, path, query, toView: view, onChange, log, registry, signal, pace });
  });
  await Promise.all(reflectors.map(({ stopped }) => stopped));
}

// No data is kept: one of them is a Secret.
function versionOf(raw: unknown): unknown {
  return own(asObject(own(asObject(raw), 'metadata')), 'resourceVersion');
}

// Whatever else is written to a Namespace is nothing to us.
function lifeOf(raw: unknown): unknown {
  const metadata = asObject(own(asObject(raw), 'metadata'));
  return [own(metadata, 'uid'), own(metadata, 'deletionTimestamp')];
}
