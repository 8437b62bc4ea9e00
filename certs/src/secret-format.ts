import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { Material } from './material.ts';

/** Where a rotation stands; the machine that moves it writes one phase per step. */
export interface Rotation {
  readonly phase: string;
  /** RFC 3339. */
  readonly phaseSince: string;
  readonly generation: number;
  readonly reason: string;
}

/** The whole truth about the certificates: one Secret, one write. */
export interface StoredCertificates {
  readonly material: Material;
  readonly rotation: Rotation;
}

/** The phase in which nothing moves. */
export const stablePhase = 'stable';

const dataKey = { bundle: 'ca.crt', caKey: 'ca.key', chain: 'tls.crt', leafKey: 'tls.key' } as const;

/** The parts of a Secret that are ours, as they stand in its JSON. */
export interface SecretFields {
  readonly data: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Writes the certificates down as fields of a Secret. */
export function encodeSecret({ material, rotation }: StoredCertificates): SecretFields {
  const parts = Object.entries(dataKey) as [keyof Material, string][];
  return {
    data: Object.fromEntries(parts.map(([part, key]) => [key, Buffer.from(material[part]).toString('base64')])),
    annotations: {
      [annotation.rotationPhase]: rotation.phase,
      [annotation.rotationPhaseSince]: rotation.phaseSince,
      [annotation.caGeneration]: String(rotation.generation),
      [annotation.lastRotationReason]: rotation.reason,
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
      bundle: text(dataKey.bundle),
      caKey: text(dataKey.caKey),
      chain: text(dataKey.chain),
      leafKey: text(dataKey.leafKey),
    },
    rotation: {
      phase: note(annotation.rotationPhase) || stablePhase,
      phaseSince: note(annotation.rotationPhaseSince),
      generation: Number.isSafeInteger(generation) && generation > 0 ? generation : 0,
      reason: note(annotation.lastRotationReason),
    },
  };
}

function decodeText(value: unknown): string {
  return Buffer.from(textOr(value, ''), 'base64').toString('utf8');
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
