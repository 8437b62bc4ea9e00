import { webhookHostName } from '@clb-direct/certs/host-names.ts';
import { readCertificates } from '@clb-direct/certs/pem.ts';
import { programName, registrationEntry, registrationName } from '@clb-direct/shared/domain/names.ts';
import { isNotFound, KubeError, type KubeApi, type KubeCall } from '@clb-direct/shared/kube/client/kube-api.ts';
import { lease, mutatingWebhookConfiguration, secret } from '@clb-direct/shared/kube/client/paths.ts';
import type { SecretLocation } from './command-line.ts';
import { factsOf, type CertificateFacts } from './certificate-facts.ts';
import { viewSecret, type RawSecret, type SecretView } from './secret-view.ts';

/** An object, or why it was not read: it does not exist, or the API server refuses. */
export type ReadResult<T> =
  | { readonly kind: 'seen'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'forbidden'; readonly reason: string };

/** Which CAs API servers trust when they call the webhook. */
export interface RegistrationView {
  readonly trusts: readonly CertificateFacts[];
}

/** Which replica maintains the certificates. */
export interface LeaseView {
  /** '' = none. */
  readonly holder: string;
  readonly renewTime: string;
  readonly durationMs: number;
}

/** What the cluster says about the certificates. */
export interface RotationState {
  readonly secret: ReadResult<SecretView>;
  readonly registration: ReadResult<RegistrationView>;
  readonly lease: ReadResult<LeaseView>;
}

/** Reads the three objects that this command's Role names. */
export async function readState(api: KubeApi, location: SecretLocation, signal: AbortSignal): Promise<RotationState> {
  const [rawSecret, rawRegistration, rawLease] = await Promise.all([
    look<RawSecret>(api, { path: secret(location.namespace, location.secretName) }, signal),
    look<RawRegistration>(api, { path: mutatingWebhookConfiguration(registrationName) }, signal),
    look<RawLease>(api, { path: lease(location.namespace, programName.webhook) }, signal),
  ]);
  const host = hostNameOf(rawRegistration, location);
  return {
    secret: mapResult(rawSecret, (raw) => viewSecret(raw, host)),
    registration: mapResult(rawRegistration, viewRegistration),
    lease: mapResult(rawLease, viewLease),
  };
}

/** Reads an object or a list, if the API server allows it. */
export async function look<T>(
  api: KubeApi,
  at: Pick<KubeCall, 'path' | 'query'>,
  signal: AbortSignal,
): Promise<ReadResult<T>> {
  try {
    return { kind: 'seen', value: await api.call<T>({ method: 'GET', ...at, signal }) };
  } catch (error) {
    if (isNotFound(error)) return { kind: 'absent' };
    if (error instanceof KubeError && error.status === 403) return { kind: 'forbidden', reason: error.message };
    throw error;
  }
}

/** Nothing can be done without the Secret. */
export function unreadable({ namespace, secretName }: SecretLocation, reason: string): string {
  const role = 'bind the Role clb-direct-rotate-certs to yourself (docs/certificates.md)';
  return `you may not read the Secret ${namespace}/${secretName}: ${role}. The API server said: ${reason}`;
}

/** Converts what was read. */
export function mapResult<Raw, T>(result: ReadResult<Raw>, view: (raw: Raw) => T): ReadResult<T> {
  return result.kind === 'seen' ? { kind: 'seen', value: view(result.value) } : result;
}

interface RawRegistration {
  readonly webhooks?: readonly {
    readonly name: string;
    readonly clientConfig?: {
      readonly caBundle?: string;
      readonly service?: { readonly name: string; readonly namespace: string };
    };
  }[];
}

function ownEntry(registration: RawRegistration) {
  return registration.webhooks?.find(({ name }) => name === registrationEntry);
}

// The registration names the Service that the API server calls; the usual name is a guess.
function hostNameOf(registration: ReadResult<RawRegistration>, location: SecretLocation): string {
  const service = registration.kind === 'seen' ? ownEntry(registration.value)?.clientConfig?.service : undefined;
  return webhookHostName(service?.name ?? programName.webhook, service?.namespace ?? location.namespace);
}

function viewRegistration(raw: RawRegistration): RegistrationView {
  const pem = Buffer.from(ownEntry(raw)?.clientConfig?.caBundle ?? '', 'base64').toString();
  return { trusts: (readCertificates(pem) ?? []).map(factsOf) };
}

interface RawLease {
  readonly spec?: {
    readonly holderIdentity?: string | null;
    readonly renewTime?: string | null;
    readonly leaseDurationSeconds?: number | null;
  };
}

function viewLease({ spec }: RawLease): LeaseView {
  return {
    holder: spec?.holderIdentity ?? '',
    renewTime: spec?.renewTime ?? '',
    durationMs: (spec?.leaseDurationSeconds ?? 0) * 1_000,
  };
}
