/**
 * What is known of the certificate of a `kubernetes.io/tls` Secret, never its key: or the end of the sentence
 * "Secret x …" that says why it cannot be used, and what to write.
 */
export type TlsPair =
  | {
      readonly fingerprint: string;
      readonly notBeforeMs: number;
      readonly notAfterMs: number;
      readonly problem?: never;
    }
  | { readonly problem: string };

/** Where the certificate with a fingerprint is in the SSL product, or a sentence that says why it is not there. */
export type Upload =
  { readonly id: string; readonly problem?: never } | { readonly id?: never; readonly problem: string };
