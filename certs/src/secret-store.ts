import { patchType, isNotFound, KubeError, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { secret as secretPath } from '@clb-direct/shared/kube/client/paths.ts';
import { isEmpty } from './material.ts';
import { decodeSecret, encodeSecret, type SecretFields, type StoredCertificates } from './secret-format.ts';

/** The Secret as it was read: its content, and the version that a write must match. */
export interface ReadSecret {
  readonly stored: StoredCertificates;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Reads and writes the one Secret. A write that loses against another's is a conflict: read again. */
export interface SecretStore {
  read(signal: AbortSignal): Promise<ReadSecret | undefined>;
  write(before: ReadSecret | undefined, stored: StoredCertificates, signal: AbortSignal): Promise<ReadSecret>;
}

interface RawSecret extends Partial<Pick<SecretFields, 'data'>> {
  readonly metadata: { uid: string; resourceVersion: string; annotations?: Record<string, string> };
}

/** Binds the store to one Secret. Every call names it, so RBAC can be limited to that name. */
export function openSecretStore(o: {
  api: KubeApi;
  namespace: string;
  name: string;
  fieldManager: string;
}): SecretStore {
  const path = secretPath(o.namespace, o.name);
  const query = { fieldManager: o.fieldManager };

  async function read(signal: AbortSignal): Promise<ReadSecret | undefined> {
    try {
      return view(await o.api.call<RawSecret>({ method: 'GET', path, signal }));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  // An apply may create under a name that RBAC allows, a POST may not. It holds no data, so that it
  // harms nothing when another replica was quicker: the filling is a second write with a precondition.
  async function createShell(signal: AbortSignal): Promise<ReadSecret> {
    const metadata = { name: o.name, namespace: o.namespace, labels: secretLabels };
    const body = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque' };
    const contentType = patchType.apply;
    return view(await o.api.call<RawSecret>({ method: 'PATCH', path, query, contentType, body, signal }));
  }

  async function fill(before: ReadSecret, stored: StoredCertificates, signal: AbortSignal): Promise<ReadSecret> {
    const { data, annotations } = encodeSecret(stored);
    const body = { metadata: { annotations, resourceVersion: before.resourceVersion, uid: before.uid }, data };
    const contentType = patchType.merge;
    try {
      return view(await o.api.call<RawSecret>({ method: 'PATCH', path, query, contentType, body, signal }));
    } catch (error) {
      if (isUnchangeable(error)) await removeSecret(before, signal);
      throw error;
    }
  }

  // Immutable, or of a type with rules of its own: only a new one can hold our keys.
  async function removeSecret(before: ReadSecret, signal: AbortSignal): Promise<void> {
    const preconditions = { uid: before.uid, resourceVersion: before.resourceVersion };
    await o.api.call({ method: 'DELETE', path, body: { preconditions }, signal });
  }

  async function write(before: ReadSecret | undefined, stored: StoredCertificates, signal: AbortSignal) {
    const shell = before ?? (await createShell(signal));
    return isEmptyOrKnown(shell, before) ? fill(shell, stored, signal) : shell;
  }

  return { read, write };
}

const secretLabels = {
  'app.kubernetes.io/name': 'clb-direct',
  'app.kubernetes.io/component': 'webhook',
};

// An empty Secret that another writer has filled meanwhile belongs to that writer: its content wins.
function isEmptyOrKnown(shell: ReadSecret, before: ReadSecret | undefined): boolean {
  return shell === before || isEmpty(shell.stored.material);
}

function isUnchangeable(error: unknown): boolean {
  return error instanceof KubeError && error.status === 422;
}

function view(raw: RawSecret): ReadSecret {
  const { annotations = {}, uid, resourceVersion } = raw.metadata;
  return { stored: decodeSecret({ data: raw.data ?? {}, annotations }), uid, resourceVersion };
}
