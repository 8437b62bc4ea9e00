import { expect, test } from '@jest/globals';
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
