import { describe, expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { inspectMaterial } from './inspect-material.ts';
import { isSameBundle } from './pem.ts';
import { decodeSecret, encodeSecret, noNext, type SecretFields, type StoredCertificates } from './secret-format.ts';

const stored: StoredCertificates = {
  material: { bundle: 'A', caKey: 'B', chain: 'C', leafKey: 'D' },
  next: noNext,
  rotation: {
    phaseSince: '2026-11-21T00:00:00.000Z',
    generation: 7,
    reason: 'there was no Secret',
    lastRequest: '',
    settleMs: '',
    caSource: 'made',
  },
  request: '',
  requestProblem: '',
  replicas: '',
};

describe('the Secret', () => {
  test('has one key per part and says where the rotation stands', () => {
    expect(encodeSecret(stored)).toEqual({
      data: {
        'ca.crt': 'QQ==',
        'ca.key': 'Qg==',
        'tls.crt': 'Qw==',
        'tls.key': 'RA==',
        'next-ca.crt': null,
        'next-ca.key': null,
      },
      annotations: {
        'clb-direct.io/phase': 'stable',
        'clb-direct.io/phase-since': '2026-11-21T00:00:00.000Z',
        'clb-direct.io/generation': '7',
        'clb-direct.io/last-rotation-reason': 'there was no Secret',
        'clb-direct.io/last-request': null,
        'clb-direct.io/settle-ms': null,
        'clb-direct.io/ca-source': null,
        'clb-direct.io/rotate': null,
        'clb-direct.io/request-problem': null,
        'clb-direct.io/replicas': null,
        'cert-manager.io/certificate-name': null,
        'cert-manager.io/alt-names': null,
      },
    });
  });

  test('is read back as it was written, a rotation under way included', () => {
    const moving: StoredCertificates = {
      ...stored,
      next: { certificate: 'E', key: 'F' },
      rotation: { ...stored.rotation, lastRequest: 'r1', settleMs: '5000', caSource: 'imported' },
      request: '{}',
      requestProblem: '{}',
      replicas: '[]',
    };
    expect(decodeSecret(encodeSecret(stored))).toEqual(stored);
    expect(decodeSecret(encodeSecret(moving))).toEqual(moving);
  });

  test.each(['soon', '-1', '1.5', '1e400', '9007199254740991'])(
    'with %s as settle time is read as without one',
    (text) => {
      const { data, annotations } = encodeSecret(stored);
      const edited = { data, annotations: { ...annotations, 'clb-direct.io/settle-ms': text } };
      expect(decodeSecret(edited).rotation.settleMs).toBe('');
    },
  );

  test('without our fields is read as empty', () => {
    const empty = { bundle: '', caKey: '', chain: '', leafKey: '' };
    const rotation = { phaseSince: '', generation: 0, reason: '', lastRequest: '', settleMs: '', caSource: 'made' };
    const nothing = { next: noNext, request: '', requestProblem: '', replicas: '' };
    expect(decodeSecret({})).toEqual({ material: empty, rotation, ...nothing });
  });

  test('of any content is inspected without a crash, and never sound', () => {
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
        expect(inspection.ca.problems.length).toBeGreaterThan(0);
        expect(inspection.leaf.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});

test('a text that is far too long is no bundle', () => {
  expect(isSameBundle('-----BEGIN CERTIFICATE-----'.repeat(10_000), 'x')).toBe(false);
});
