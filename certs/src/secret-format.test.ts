import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inspectMaterial } from './inspect-material.ts';
import { judgeCertificates } from './judge-certificates.ts';
import { defaultPolicy } from './material.ts';
import { isSameBundle } from './pem.ts';
import { decodeSecret, encodeSecret, type SecretFields } from './secret-format.ts';

const stored = {
  material: { bundle: 'A', caKey: 'B', chain: 'C', leafKey: 'D' },
  rotation: { phase: 'stable', phaseSince: '2026-11-21T00:00:00.000Z', generation: 7, reason: 'there was no Secret' },
};

describe('the Secret', () => {
  test('has one key per part and says where the rotation stands', () => {
    expect(encodeSecret(stored)).toEqual({
      data: { 'ca.crt': 'QQ==', 'ca.key': 'Qg==', 'tls.crt': 'Qw==', 'tls.key': 'RA==' },
      annotations: {
        'clb-direct.io/phase': 'stable',
        'clb-direct.io/phase-since': '2026-11-21T00:00:00.000Z',
        'clb-direct.io/generation': '7',
        'clb-direct.io/last-rotation-reason': 'there was no Secret',
      },
    });
  });

  test('is read back as it was written', () => {
    expect(decodeSecret(encodeSecret(stored))).toEqual(stored);
  });

  test('without our fields is read as empty', () => {
    const empty = { bundle: '', caKey: '', chain: '', leafKey: '' };
    const rotation = { phase: 'stable', phaseSince: '', generation: 0, reason: '' };
    expect(decodeSecret({})).toEqual({ material: empty, rotation });
  });

  test('of any content is judged without a crash, and never kept', () => {
    const pemLike = fc.oneof(
      fc.string(),
      fc.string().map((body) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`),
      fc.base64String().map((body) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`),
      fc.base64String().map((body) => `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`),
    );
    const value = fc.oneof(
      pemLike.map((text) => Buffer.from(text).toString('base64')),
      fc.jsonValue(),
    );
    const keys = fc.constantFrom('ca.crt', 'ca.key', 'tls.crt', 'tls.key', '__proto__');
    fc.assert(
      fc.property(fc.dictionary(keys, value), fc.dictionary(fc.string(), fc.jsonValue()), (data, annotations) => {
        const { material } = decodeSecret({ data, annotations } as unknown as Partial<SecretFields>);
        const inspection = inspectMaterial(material, 'hook.ns.svc');
        expect(judgeCertificates(inspection, 0, defaultPolicy).kind).toBe('issue-everything');
        expect(inspection.leaf.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});

test('a text that is far too long is no bundle', () => {
  expect(isSameBundle('-----BEGIN CERTIFICATE-----'.repeat(10_000), 'x')).toBe(false);
});
