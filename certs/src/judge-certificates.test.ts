import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { webhookHostName, webhookHostNames } from './host-names.ts';
import { inspectMaterial, servingProblems } from './inspect-material.ts';
import { judgeCertificates, renewalMs } from './judge-certificates.ts';
import { makeEverything } from './make-material.ts';
import { defaultPolicy, type Material } from './material.ts';

const nowMs = Date.UTC(2026, 10, 21);
const day = 24 * 3_600_000;
const hostName = webhookHostName('hook', 'ns');
const order = { hostNames: webhookHostNames('hook', 'ns'), hostName, nowMs, policy: defaultPolicy, trusted: [] };

let material: Material;
let other: Material;
beforeAll(async () => {
  material = await makeEverything({ ...order, generation: 1 });
  other = await makeEverything({ ...order, generation: 1 });
});

function verdict(changed: Partial<Material>, atMs = nowMs) {
  return judgeCertificates(inspectMaterial({ ...material, ...changed }, hostName), atMs, defaultPolicy);
}

describe('sound certificates', () => {
  test('are kept and may be served', () => {
    expect(verdict({})).toEqual({ kind: 'keep' });
    expect(servingProblems(inspectMaterial(material, hostName), nowMs)).toEqual([]);
  });

  test('are kept when other CAs are trusted too', () => {
    expect(verdict({ bundle: material.bundle + other.bundle })).toEqual({ kind: 'keep' });
  });
});

describe('what is missing or broken is made anew', () => {
  test('no Secret', () => {
    expect(judgeCertificates(undefined, nowMs, defaultPolicy).kind).toBe('issue-everything');
  });

  test.each<[string, () => Partial<Material>, string, string]>([
    ['no bundle', () => ({ bundle: '' }), 'issue-everything', 'ca.crt is missing'],
    ['garbage as bundle', () => ({ bundle: 'garbage' }), 'issue-everything', 'ca.crt cannot be read as PEM'],
    [
      'a truncated bundle',
      () => ({ bundle: material.bundle.slice(0, 400) }),
      'issue-everything',
      'ca.crt cannot be read',
    ],
    ['no CA key', () => ({ caKey: '' }), 'issue-everything', 'ca.key is missing'],
    ["another CA's key", () => ({ caKey: other.caKey }), 'issue-everything', 'ca.key does not belong'],
    ['a leaf as CA', () => ({ bundle: material.chain }), 'issue-everything', 'not a CA'],
    ['no leaf', () => ({ chain: '' }), 'issue-leaf', 'tls.crt is missing'],
    ['garbage as leaf', () => ({ chain: '-----BEGIN CERTIFICATE-----' }), 'issue-leaf', 'tls.crt cannot be read'],
    ['no leaf key', () => ({ leafKey: '' }), 'issue-leaf', 'tls.key is missing'],
    ["another leaf's key", () => ({ leafKey: other.leafKey }), 'issue-leaf', 'tls.key does not belong'],
    [
      'a leaf of another CA',
      () => ({ chain: other.chain, leafKey: other.leafKey }),
      'issue-leaf',
      'signed by no certificate',
    ],
    ['a CA as leaf', () => ({ chain: material.bundle, leafKey: material.caKey }), 'issue-leaf', 'is a CA'],
  ])('%s', (_, change, kind, words) => {
    expect(verdict(change())).toMatchObject({ kind, reason: expect.stringContaining(words) });
  });

  test('a leaf for another host name', () => {
    const inspection = inspectMaterial(material, 'other.ns.svc');
    const judged = judgeCertificates(inspection, nowMs, defaultPolicy);
    expect(judged).toEqual({ kind: 'issue-leaf', reason: 'tls.crt does not name the host other.ns.svc' });
    expect(servingProblems(inspection, nowMs)).toHaveLength(1);
  });

  test('a broken CA key does not stop the leaf from being served', () => {
    expect(servingProblems(inspectMaterial({ ...material, caKey: '' }, hostName), nowMs)).toEqual([]);
  });
});

describe('time', () => {
  test.each([
    [50, 'keep'],
    [65, 'issue-leaf'],
    [89, 'issue-leaf'],
    [200, 'issue-leaf'],
    [260, 'issue-everything'],
    [400, 'issue-everything'],
    [-1, 'issue-everything'],
  ])('after %d days: %s', (days, kind) => {
    expect(verdict({}, nowMs + days * day).kind).toBe(kind);
  });

  test('an expired leaf is never served', () => {
    expect(servingProblems(inspectMaterial(material, hostName), nowMs + 91 * day)).toEqual([
      `the leaf expired at ${new Date(nowMs + 90 * day).toISOString()}`,
    ]);
  });

  test('renewal comes with 30 to 37 percent of life left, at the same moment for everybody', () => {
    fc.assert(
      fc.property(fc.integer({ min: 600_000, max: 400 * day }), fc.integer({ min: 0, max: 255 }), (lifeMs, byte) => {
        const serial = `01${byte.toString(16).padStart(2, '0')}`;
        const validity = { notBeforeMs: -defaultPolicy.backdateMs, notAfterMs: lifeMs, serial };
        const left = (lifeMs - renewalMs(validity, defaultPolicy)) / lifeMs;
        expect(left).toBeGreaterThanOrEqual(0.29999);
        expect(left).toBeLessThanOrEqual(0.36667);
      }),
    );
  });
});
