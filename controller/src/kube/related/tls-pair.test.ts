import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { dataOf, makePair, type MadePair } from '../../testing/make-pair.ts';
import { toKeyPair, toTlsPair } from './tls-pair.ts';

const pair = makePair();
const other = makePair();
const problemOf = (data: Parameters<typeof toTlsPair>[0]) => toTlsPair(data).problem;
const mixed = (parts: Partial<MadePair>) => dataOf({ ...pair, ...parts });

describe('a pair that can be used', () => {
  test.each([
    ['ec', 'ECC'],
    ['rsa', 'RSA'],
  ] as const)('of kind %s has a fingerprint, its days and its algorithm, and no key', (kind, algorithm) => {
    const made = makePair({ kind });
    const read = toTlsPair(dataOf(made));
    expect(read).toEqual({
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      notBeforeMs: Date.parse('2026-01-01'),
      notAfterMs: Date.parse('2026-04-01'),
      algorithm,
    });
    expect(JSON.stringify(read)).not.toMatch(/BEGIN|PRIVATE/);
  });

  test('is another content with another certificate or another chain', () => {
    const fingerprints = [pair, other, { ...pair, certificate: pair.certificate + other.certificate }].map(
      (one) => toKeyPair(dataOf(one))?.fingerprint,
    );
    expect(new Set(fingerprints).size).toBe(3);
  });

  test('is the same content however it is written', () => {
    const text = `some words\n${pair.certificate.replaceAll('\n', '\r\n')}\n\n`;
    expect(toTlsPair(mixed({ certificate: text }))).toEqual(toTlsPair(dataOf(pair)));
  });

  test.each([
    ['rsa', 'pkcs8', 'RSA PRIVATE KEY'],
    ['rsa', 'older', 'RSA PRIVATE KEY'],
    ['ec', 'pkcs8', 'EC PRIVATE KEY'],
    ['ec', 'older', 'EC PRIVATE KEY'],
  ] as const)('of kind %s with a key in the form %s is uploaded with %s', (kind, keyForm, label) => {
    const made = makePair({ kind, keyForm });
    const read = toKeyPair(dataOf(made));
    expect(read?.privateKey).toMatch(new RegExp(`^-----BEGIN ${label}-----`));
    expect(new X509Certificate(read?.certificate ?? '').checkPrivateKey(createPrivateKey(read?.privateKey ?? ''))).toBe(
      true,
    );
  });

  test('is uploaded with its whole chain, the leaf first', () => {
    const read = toKeyPair(mixed({ certificate: pair.certificate + other.certificate }));
    expect(read?.certificate).toBe(pair.certificate + other.certificate);
  });
});

describe('a pair that cannot be used says what to write', () => {
  const tooLong = `${pair.certificate}${' '.repeat(70_000)}`;
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  test.each([
    ['no data', null, 'has no tls.crt; write it as PEM'],
    ['no certificate', mixed({ certificate: '' }), 'has no tls.crt; write it as PEM'],
    ['no key', mixed({ key: '' }), 'has no tls.key; write it as PEM'],
    ['what is no text', { 'tls.crt': 7 }, 'has no tls.crt; write it as PEM'],
    [
      'what is no PEM',
      mixed({ certificate: 'hello' }),
      'has no certificate in tls.crt; write it as PEM, its chain after it',
    ],
    ['what is no certificate', mixed({ certificate: broken }), 'has a certificate 1 in tls.crt that cannot be read'],
    [
      'a broken chain',
      mixed({ certificate: pair.certificate + broken }),
      'has a certificate 2 in tls.crt that cannot be read',
    ],
    [
      'a long file',
      mixed({ certificate: tooLong }),
      expect.stringMatching(/^has a tls.crt of 70\d+ bytes; write at most 65536$/),
    ],
    [
      'a long chain',
      mixed({ certificate: pair.certificate.repeat(11) }),
      'has 11 certificates in tls.crt; write the leaf and its chain alone',
    ],
    ['what is no key', mixed({ key: 'hello' }), 'has a tls.key that cannot be read; write the private key as PEM'],
    ['a password', dataOf(makePair({ password: 'x' })), 'has an encrypted key in tls.key; write it without a password'],
    [
      'another kind',
      dataOf(makePair({ kind: 'ed25519' })),
      'has a key of kind ed25519, which a CLB does not take; use RSA or ECDSA',
    ],
    [
      'another key',
      mixed({ key: other.key }),
      'has a tls.key that does not belong to tls.crt; write both from one issue',
    ],
    [
      'a chain that begins elsewhere',
      mixed({ certificate: other.certificate + pair.certificate }),
      'has another certificate before that of its key in tls.crt; write that one first',
    ],
  ])('%s', (_, data, problem) => {
    expect(problemOf(data)).toEqual(problem);
    expect(toKeyPair(data)).toBeUndefined();
  });

  test('and quotes nothing of the key, whatever is broken in it', () => {
    const lines = pair.key.split('\n');
    const secret = lines[1] ?? '';
    const broken = [
      lines.slice(1).join('\n'),
      lines.slice(0, 2).join('\n'),
      secret,
      `${secret}\n${pair.key}`,
      'x'.repeat(70_000),
    ];
    for (const key of broken) {
      const problem = problemOf(mixed({ key })) ?? '';
      expect(problem).not.toContain(secret.slice(0, 12));
    }
  });
});
