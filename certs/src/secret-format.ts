import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { KeyedCertificate, Material } from './material.ts';
import { phaseOf } from './rotation/phase.ts';
import { isSettleTime } from './rotation/settle-time.ts';

/** What is known about a rotation besides the certificates themselves. */
export interface Rotation {
  /** RFC 3339. */
  readonly phaseSince: string;
  /** How many CAs there were, the next one included. */
  readonly generation: number;
  readonly reason: string;
  /** Id of the last request that was taken up. */
  readonly lastRequest: string;
  /** How long an old CA stays trusted, milliseconds as text; '' = as the settings say. */
  readonly settleMs: string;
  /** Where the newest CA comes from. */
  readonly caSource: 'made' | 'imported';
}

/** The whole truth about the certificates: one Secret, one write. */
export interface StoredCertificates {
  readonly material: Material;
  /** The next CA while it is published and signs nothing yet; both '' = none. */
  readonly next: KeyedCertificate;
  readonly rotation: Rotation;
  /** The request for a rotation, as it was written; '' = none. */
  readonly request: string;
  /** The last request that was refused, and why; JSON, '' = none. */
  readonly requestProblem: string;
  /** Which replica was seen serving which leaf; JSON, '' = not checked yet. */
  readonly replicas: string;
}

/** No next CA. */
export const noNext: KeyedCertificate = { certificate: '', key: '' };

const materialKeys = { bundle: 'ca.crt', caKey: 'ca.key', chain: 'tls.crt', leafKey: 'tls.key' } as const;
/** Keys of the next CA in the Secret. */
export const nextKeys = { certificate: 'next-ca.crt', key: 'next-ca.key' } as const;

/**
 * cert-manager's annotations on a Secret that it manages. The first comes with what it issues, the other one before:
 * it keeps a leaf that fits. They outlive the Certificate, so they go when we write.
 */
export const issuerMarks = ['cert-manager.io/certificate-name', 'cert-manager.io/alt-names'] as const;

/** The parts of a Secret that are ours, as they stand in its JSON; null removes one in a merge patch. */
export interface SecretFields {
  readonly data: Readonly<Record<string, string | null>>;
  readonly annotations: Readonly<Record<string, string | null>>;
}

/** Writes the certificates down as a merge patch of a Secret's fields. */
export function encodeSecret(stored: StoredCertificates): SecretFields {
  const { material, next, rotation } = stored;
  const parts = Object.entries(materialKeys) as [keyof Material, string][];
  const nextParts = Object.entries(nextKeys) as [keyof KeyedCertificate, string][];
  return {
    data: {
      ...Object.fromEntries(parts.map(([part, key]) => [key, base64(material[part])])),
      ...Object.fromEntries(nextParts.map(([part, key]) => [key, orNull(base64(next[part]))])),
    },
    annotations: {
      [annotation.rotationPhase]: phaseOf(stored),
      [annotation.rotationPhaseSince]: rotation.phaseSince,
      [annotation.caGeneration]: String(rotation.generation),
      [annotation.lastRotationReason]: rotation.reason,
      [annotation.lastRotationRequest]: orNull(rotation.lastRequest),
      [annotation.rotationSettleMs]: orNull(rotation.settleMs),
      [annotation.caSource]: rotation.caSource === 'imported' ? 'imported' : null,
      [annotation.rotationRequest]: orNull(stored.request),
      [annotation.requestProblem]: orNull(stored.requestProblem),
      [annotation.replicasSeen]: orNull(stored.replicas),
      ...Object.fromEntries(issuerMarks.map((mark) => [mark, null])),
    },
  };
}

/** Reads a Secret of any content; what is missing or no text becomes '' and is for the inspection to name. */
export function decodeSecret(secret: Partial<SecretFields>): StoredCertificates {
  const text = (key: string): string => decodeText(secret.data?.[key]);
  const note = (name: string): string => textOr(secret.annotations?.[name], '');
  const generation = Number.parseInt(note(annotation.caGeneration), 10);
  return {
    material: {
      bundle: text(materialKeys.bundle),
      caKey: text(materialKeys.caKey),
      chain: text(materialKeys.chain),
      leafKey: text(materialKeys.leafKey),
    },
    next: { certificate: text(nextKeys.certificate), key: text(nextKeys.key) },
    rotation: {
      phaseSince: note(annotation.rotationPhaseSince),
      generation: Number.isSafeInteger(generation) && generation > 0 ? generation : 0,
      reason: note(annotation.lastRotationReason),
      lastRequest: note(annotation.lastRotationRequest),
      settleMs: settleTimeOr(note(annotation.rotationSettleMs), ''),
      caSource: note(annotation.caSource) === 'imported' ? 'imported' : 'made',
    },
    request: note(annotation.rotationRequest),
    requestProblem: note(annotation.requestProblem),
    replicas: note(annotation.replicasSeen),
  };
}

// It may have any content; a time that is no number would stop the rotation.
function settleTimeOr(text: string, otherwise: string): string {
  return text !== '' && isSettleTime(Number(text)) ? text : otherwise;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

function decodeText(value: unknown): string {
  return Buffer.from(textOr(value, ''), 'base64').toString('utf8');
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
