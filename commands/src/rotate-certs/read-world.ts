import { webhookHostName } from '@clb-direct/certs/host-names.ts';
import { readCertificates } from '@clb-direct/certs/pem.ts';
import { programName, registrationEntry, registrationName } from '@clb-direct/shared/domain/names.ts';
import { isNotFound, KubeError, type KubeApi, type KubeCall } from '@clb-direct/shared/kube/client/kube-api.ts';
import { lease, mutatingWebhookConfiguration, secret } from '@clb-direct/shared/kube/client/paths.ts';
import type { Place } from './command-line.ts';
import { factsOf, type CertificateFacts } from './certificate-facts.ts';
import { viewSecret, type RawSecret, type SecretView } from './secret-view.ts';

/** An object, or why it was not seen: it is not there, or the API server does not let us read it. */
export type Sight<T> =
  | { readonly kind: 'seen'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'forbidden'; readonly reason: string };

/** Whom API servers trust when they call the webhook. */
export interface RegistrationView {
  readonly trusts: readonly CertificateFacts[];
}

/** Who does the work on certificates. */
export interface LeaseView {
  /** '' = nobody. */
  readonly holder: string;
  readonly renewTime: string;
  readonly durationMs: number;
}

/** Everything that is known about the certificates, at one moment. */
export interface World {
  readonly secret: Sight<SecretView>;
  readonly registration: Sight<RegistrationView>;
  readonly lease: Sight<LeaseView>;
}

/** Reads the three objects that this command's Role names. */
export async function readWorld(api: KubeApi, place: Place, signal: AbortSignal): Promise<World> {
  const [rawSecret, rawRegistration, rawLease] = await Promise.all([
    look<RawSecret>(api, { path: secret(place.namespace, place.secretName) }, signal),
    look<RawRegistration>(api, { path: mutatingWebhookConfiguration(registrationName) }, signal),
    look<RawLease>(api, { path: lease(place.namespace, programName.webhook) }, signal),
  ]);
  const host = hostNameOf(rawRegistration, place);
  return {
    secret: seenAs(rawSecret, (raw) => viewSecret(raw, host)),
    registration: seenAs(rawRegistration, viewRegistration),
    lease: seenAs(rawLease, viewLease),
  };
}

/** Reads an object or a list, if the API server lets us. */
export async function look<T>(
  api: KubeApi,
  at: Pick<KubeCall, 'path' | 'query'>,
  signal: AbortSignal,
): Promise<Sight<T>> {
  try {
    return { kind: 'seen', value: await api.call<T>({ method: 'GET', ...at, signal }) };
  } catch (error) {
    if (isNotFound(error)) return { kind: 'absent' };
    if (error instanceof KubeError && error.status === 403) return { kind: 'forbidden', reason: error.message };
    throw error;
  }
}

/** Nothing can be done without the Secret. */
export function unreadable({ namespace, secretName }: Place, reason: string): string {
  const role = 'bind the Role clb-direct-rotate-certs to yourself (docs/certificates.md)';
  return `you may not read the Secret ${namespace}/${secretName}: ${role}. The API server said: ${reason}`;
}

/** What it means, if it was seen. */
export function seenAs<Raw, T>(sight: Sight<Raw>, view: (raw: Raw) => T): Sight<T> {
  return sight.kind === 'seen' ? { kind: 'seen', value: view(sight.value) } : sight;
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

// The registration knows which Service the API server calls; the usual name is a guess.
function hostNameOf(registration: Sight<RawRegistration>, place: Place): string {
  const service = registration.kind === 'seen' ? ownEntry(registration.value)?.clientConfig?.service : undefined;
  return webhookHostName(service?.name ?? programName.webhook, service?.namespace ?? place.namespace);
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
