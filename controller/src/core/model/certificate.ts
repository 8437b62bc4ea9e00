import type { ObjectReference } from './related-objects.ts';

/** A certificate that an owner is to be served with, and the Secret that has it. */
export interface WantedCertificate {
  readonly secret: ObjectReference<'Secret'>;
  /** Of the whole chain: another one is another content. */
  readonly fingerprint: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** One in the SSL product that carries the tags of this cluster, so that we uploaded it. */
export interface UploadedCertificate {
  readonly id: string;
  readonly fingerprint: string;
}

/** What an owner refers to beside the Secret: its upload is news for it. */
export function uploadReference(fingerprint: string): ObjectReference<'UploadedCertificate'> {
  return { kind: 'UploadedCertificate', namespace: '', name: fingerprint };
}

/** Keys of the tags that each certificate has which we uploaded. */
export const certificateTag = { cluster: 'clb-direct.io/cluster', fingerprint: 'clb-direct.io/certificate' } as const;

/** A certificate with its key, for as long as its upload takes. PEM. */
export interface KeyPair {
  readonly fingerprint: string;
  readonly certificate: string;
  readonly privateKey: string;
}

export function daysLeft({ notAfterMs }: Pick<WantedCertificate, 'notAfterMs'>, timeMs: number): number {
  return (notAfterMs - timeMs) / 86_400_000;
}
