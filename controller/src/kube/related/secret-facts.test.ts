import { expect, test } from '@jest/globals';
import { dataOf, makePair } from '../../testing/make-pair.ts';
import { toSecretFacts } from './secret-facts.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('Of a Secret the ids of certificates are kept, and nothing else.', () => {
  const data = { qcloud_cert_id: base64(' cert-a\n'), qcloud_ca_cert_id: base64('ca-a'), 'tls.key': base64('secret') };
  expect(toSecretFacts({ data })).toEqual({ certificateId: 'cert-a', caCertificateId: 'ca-a' });
});

test.each([[undefined], [null], [{}], [{ qcloud_cert_id: 7 }]])(
  'A Secret with data %j names no certificate.',
  (data) => {
    expect(toSecretFacts({ data })).toEqual({ certificateId: undefined, caCertificateId: undefined });
  },
);

test('Of a kubernetes.io/tls Secret the fingerprint and the end of its certificate are kept, and no key.', () => {
  const data = dataOf(makePair());
  const facts = toSecretFacts({ type: 'kubernetes.io/tls', data });
  expect(facts.pair).toMatchObject({ notAfterMs: Date.parse('2026-04-01') });
  expect(JSON.stringify(facts)).not.toContain(data['tls.key']?.slice(40, 60));
  expect(toSecretFacts({ type: 'Opaque', data }).pair).toBeUndefined();
});

test('An id in a kubernetes.io/tls Secret counts, and its certificate is not uploaded.', () => {
  const data = { ...dataOf(makePair()), qcloud_cert_id: base64('cert-a') };
  expect(toSecretFacts({ type: 'kubernetes.io/tls', data })).toEqual({
    certificateId: 'cert-a',
    caCertificateId: undefined,
  });
});

test('One with an empty certificate, as before its first issue, says so.', () => {
  const facts = toSecretFacts({ type: 'kubernetes.io/tls', data: { 'tls.crt': '', 'tls.key': '' } });
  expect(facts.pair?.problem).toMatch(/^has no tls.crt/);
});
