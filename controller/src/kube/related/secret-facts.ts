import type { SecretFacts } from '../../core/model/related-objects.ts';

/** Keeps the ids of certificates and nothing else, so that no key is ever in memory for longer than its parsing. */
export function toSecretFacts(raw: unknown): SecretFacts {
  const { data } = raw as { readonly data?: Readonly<Record<string, unknown>> | null };
  return {
    certificateId: decoded(data?.['qcloud_cert_id']),
    caCertificateId: decoded(data?.['qcloud_ca_cert_id']),
  };
}

function decoded(value: unknown): string | undefined {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8').trim() : undefined;
}
