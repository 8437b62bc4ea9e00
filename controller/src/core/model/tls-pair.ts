/** Of the key: a CLB takes one certificate of each for a domain. */
export type KeyAlgorithm = 'RSA' | 'ECC';

/**
 * What is known of the certificate of a `kubernetes.io/tls` Secret, never its key: or the end of the sentence
 * "Secret x …" that says why it cannot be used, and what to write.
 */
export type TlsPair =
  | {
      readonly fingerprint: string;
      readonly notBeforeMs: number;
      readonly notAfterMs: number;
      readonly algorithm: KeyAlgorithm;
      readonly problem?: never;
    }
  | { readonly problem: string; readonly algorithm?: never };

/** Where the certificate with a fingerprint is in the SSL product, or a sentence that says why it is not there. */
export type Upload =
  { readonly id: string; readonly problem?: never } | { readonly id?: never; readonly problem: string };
