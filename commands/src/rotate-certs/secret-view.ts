import { inspectMaterial, type Inspection } from '@clb-direct/certs/inspect-material.ts';
import { readCertificates } from '@clb-direct/certs/pem.ts';
import { phaseOf, type Phase } from '@clb-direct/certs/rotation/phase.ts';
import { readRequest, type RotationRequest } from '@clb-direct/certs/rotation/request.ts';
import { decodeSecret, issuerMarks, type StoredCertificates } from '@clb-direct/certs/secret-format.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { factsOf, spellSerial, type CertificateFacts } from './certificate-facts.ts';
import { readJson } from './read-json.ts';

/** A Secret as the API server gives it, as far as this command reads it. */
export interface RawSecret {
  readonly type?: string;
  readonly metadata: {
    readonly uid: string;
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
}

/** One replica as the Lease holder saw it last. */
export interface ReplicaSeen {
  readonly pod: string;
  /** Its chain verifies with the current CA alone. */
  readonly verifies: boolean;
  readonly serial?: string;
  readonly problem?: string;
}

/** A request that the webhook took away because it cannot serve it. */
export interface RefusedRequest {
  readonly id: string;
  readonly problem: string;
}

/** Everything in the Secret that may be printed: no key is in it. */
export interface SecretView {
  readonly version: { readonly uid: string; readonly resourceVersion: string };
  /** Another program writes the certificates, cert-manager for example. */
  readonly isIssuedElsewhere: boolean;
  readonly inspection: Inspection;
  readonly phase: Phase;
  /** RFC 3339, '' = not written. */
  readonly phaseSince: string;
  readonly currentCa: CertificateFacts | undefined;
  readonly nextCa: CertificateFacts | undefined;
  /** Still trusted, no longer signing. */
  readonly oldCas: readonly CertificateFacts[];
  readonly leaf: CertificateFacts | undefined;
  /** The current CA signed by an older one: for API servers that know only the older one yet. */
  readonly cross: readonly CertificateFacts[];
  readonly caSource: 'made' | 'imported';
  readonly pending: RotationRequest | undefined;
  readonly refused: RefusedRequest | undefined;
  /** '' = there was none. */
  readonly lastRequestId: string;
  /** The last request of the other kind: leaf beside CA, CA beside leaf. */
  readonly earlierRequestId: string;
  readonly lastReason: string;
  readonly settleMs: number | undefined;
  /** undefined = not checked yet. */
  readonly replicas: readonly ReplicaSeen[] | undefined;
}

/** Reads a Secret of any content. */
export function viewSecret(raw: RawSecret, hostName: string): SecretView {
  const { annotations = {}, uid, resourceVersion } = raw.metadata;
  const stored = decodeSecret({ data: raw.data ?? {}, annotations });
  const inspection = inspectMaterial(stored.material, hostName);
  const isIssuedElsewhere = hasForeignMark(raw, inspection);
  return {
    version: { uid, resourceVersion },
    isIssuedElsewhere,
    inspection,
    phase: phaseOf(stored),
    ...viewCertificates(stored),
    // The webhook writes no notes on what others issue: those that are there are old.
    ...viewRotation(isIssuedElsewhere ? decodeSecret({}) : stored),
    earlierRequestId: annotations[annotation.earlierRotationRequest] ?? '',
  };
}

// The marks go when the webhook writes. A type cannot change, so it counts only while the CA's key is not ours.
function hasForeignMark({ type, metadata }: RawSecret, { ca }: Inspection): boolean {
  if (issuerMarks.some((mark) => metadata.annotations?.[mark] !== undefined)) return true;
  return type === 'kubernetes.io/tls' && ca.problems.length > 0;
}

function viewCertificates({ material, next }: StoredCertificates) {
  const [nextCa] = factsIn(next.certificate);
  const [currentCa, ...others] = factsIn(material.bundle);
  const [leaf, ...cross] = factsIn(material.chain);
  return { currentCa, nextCa, oldCas: others.filter(({ sha256 }) => sha256 !== nextCa?.sha256), leaf, cross };
}

function viewRotation({ rotation, request, requestProblem, replicas }: StoredCertificates) {
  const settleMs = Number.parseInt(rotation.settleMs, 10);
  return {
    phaseSince: rotation.phaseSince,
    caSource: rotation.caSource,
    pending: readRequest(request).request,
    refused: readRefusal(requestProblem),
    lastRequestId: rotation.lastRequest,
    lastReason: rotation.reason,
    settleMs: Number.isSafeInteger(settleMs) ? settleMs : undefined,
    replicas: readReplicas(replicas),
  };
}

function readRefusal(note: string): RefusedRequest | undefined {
  const refusal = readJson(note) as Partial<RefusedRequest> | undefined;
  return typeof refusal?.problem === 'string' ? { id: refusal.id ?? '', problem: refusal.problem } : undefined;
}

function readReplicas(note: string): readonly ReplicaSeen[] | undefined {
  const list = readJson(note);
  return Array.isArray(list) ? list.filter(isReplica).map(spelled) : undefined;
}

function isReplica(value: unknown): value is ReplicaSeen {
  if (typeof value !== 'object' || value === null || !('pod' in value) || !('verifies' in value)) return false;
  return typeof value.pod === 'string' && typeof value.verifies === 'boolean';
}

function spelled({ pod, verifies, serial, problem }: ReplicaSeen): ReplicaSeen {
  const spelledSerial = serial === undefined ? {} : { serial: spellSerial(serial) };
  return { pod, verifies, ...spelledSerial, ...(problem === undefined ? {} : { problem }) };
}

function factsIn(pem: string): readonly CertificateFacts[] {
  return (readCertificates(pem) ?? []).map(factsOf);
}
