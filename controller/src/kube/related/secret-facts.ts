import type { SecretFacts } from '../../core/model/related-objects.ts';
import { toTlsPair } from './tls-pair.ts';

/** The fields of a Secret that are read. */
export interface RawSecret {
  readonly type?: unknown;
  readonly data?: Readonly<Record<string, unknown>> | null;
}

/** Keeps ids of certificates and what is known of a pair: no key is in memory for longer than its parsing. */
export function toSecretFacts(raw: unknown): SecretFacts {
  const { type, data } = raw as RawSecret;
  const certificateId = decoded(data?.['qcloud_cert_id']);
  return {
    certificateId,
    caCertificateId: decoded(data?.['qcloud_ca_cert_id']),
    ...(type === 'kubernetes.io/tls' && certificateId === undefined ? { pair: toTlsPair(data) } : {}),
  };
}

/** Two ids have 129 letters. A Secret may have a megabyte, and nothing longer than this is one. */
const mostLetters = 1_000;

function decoded(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return Buffer.from(value.slice(0, mostLetters), 'base64').toString('utf8').trim();
}
