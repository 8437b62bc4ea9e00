import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { makeSerial } from './assemble-certificate.ts';
import { takeApart } from './certificate-parts.ts';
import { webhookHostNames } from './host-names.ts';
import { crossSign, issueCa, issueLeaf } from './issue-certificates.ts';
import { defaultPolicy, type KeyedCertificate } from './material.ts';
import { bringCa } from './testing/bring-ca.ts';

const nowMs = Date.UTC(2026, 10, 21, 9, 30, 15);
const hour = 3_600_000;
const day = 24 * hour;
const hostNames = webhookHostNames('clb-direct-webhook', 'clb-direct');

function openssl(pem: string): string {
  return execFileSync('openssl', ['x509', '-noout', '-text'], { input: pem, encoding: 'utf8' });
}

function extension(text: string, name: string): string {
  const [, rest = ''] = text.split(`${name}:`);
  return rest.split('\n').slice(0, 2).join(' ').trim();
}

let ca: KeyedCertificate;
let leaf: KeyedCertificate;
beforeAll(async () => {
  ca = await issueCa({ generation: 3, nowMs, policy: defaultPolicy });
  leaf = await issueLeaf({ ca, hostNames, nowMs, policy: defaultPolicy });
});

describe('the CA', () => {
  test('has the profile of a root that may sign one more CA', () => {
    const text = openssl(ca.certificate);
    expect(extension(text, 'X509v3 Basic Constraints')).toMatch(/critical\s+CA:TRUE, pathlen:1$/);
    expect(extension(text, 'X509v3 Key Usage')).toMatch(/critical\s+Certificate Sign, CRL Sign$/);
    expect(text).toContain('Signature Algorithm: sha256WithRSAEncryption');
    expect(text).toContain('Public-Key: (2048 bit)');
  });

  test('is valid for a year, since an hour ago, and names its generation', () => {
    const certificate = new X509Certificate(ca.certificate);
    expect(certificate.validFromDate.getTime()).toBe(nowMs - hour);
    expect(certificate.validToDate.getTime()).toBe(nowMs + 365 * day);
    expect(certificate.subject).toMatch(/^CN=clb-direct-webhook-ca-3-[0-9a-f]{8}$/);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  test('never has the name of another, even in the same generation', async () => {
    const other = await issueCa({ generation: 3, nowMs, policy: defaultPolicy });
    expect(new X509Certificate(other.certificate).subject).not.toBe(new X509Certificate(ca.certificate).subject);
  });
});

describe('the leaf', () => {
  test('has the profile of a TLS server for every name of the Service', () => {
    const text = openssl(leaf.certificate);
    expect(extension(text, 'X509v3 Basic Constraints')).toMatch(/critical\s+CA:FALSE$/);
    expect(extension(text, 'X509v3 Key Usage')).toMatch(/critical\s+Digital Signature, Key Encipherment$/);
    expect(extension(text, 'X509v3 Extended Key Usage')).toBe('TLS Web Server Authentication');
    expect(extension(text, 'X509v3 Subject Alternative Name')).toBe(
      'DNS:clb-direct-webhook, DNS:clb-direct-webhook.clb-direct, DNS:clb-direct-webhook.clb-direct.svc, ' +
        'DNS:clb-direct-webhook.clb-direct.svc.cluster.local',
    );
  });

  test("names the CA's key id, not its own", () => {
    const keyId = (pem: string, role: string) => extension(openssl(pem), `X509v3 ${role} Key Identifier`).split(' ')[0];
    expect(keyId(leaf.certificate, 'Authority')).toBe(keyId(ca.certificate, 'Subject'));
    expect(keyId(leaf.certificate, 'Authority')).not.toBe(keyId(leaf.certificate, 'Subject'));
  });

  test('verifies with the CA, by Node and by openssl', () => {
    const [one, issuer] = [new X509Certificate(leaf.certificate), new X509Certificate(ca.certificate)];
    expect(one.checkIssued(issuer) && one.verify(issuer.publicKey)).toBe(true);
    expect(one.validToDate.getTime()).toBe(nowMs + 90 * day);
  });

  test('never outlives its CA', async () => {
    const late = await issueLeaf({ ca, hostNames, nowMs: nowMs + 300 * day, policy: defaultPolicy });
    expect(new X509Certificate(late.certificate).validToDate.getTime()).toBe(nowMs + 365 * day);
  });
});

test('a cross certificate has the name and key of the new CA and is signed by the old one', async () => {
  const newer = await issueCa({ generation: 4, nowMs, policy: defaultPolicy });
  const cross = new X509Certificate(crossSign({ newCa: newer.certificate, oldCa: ca, nowMs, policy: defaultPolicy }));
  const [newCa, oldCa] = [new X509Certificate(newer.certificate), new X509Certificate(ca.certificate)];
  expect(cross.subject).toBe(newCa.subject);
  expect(cross.publicKey.equals(newCa.publicKey)).toBe(true);
  expect(cross.checkIssued(oldCa) && cross.verify(oldCa.publicKey)).toBe(true);
});

describe('an imported CA', () => {
  let foreign: KeyedCertificate;
  beforeAll(() => {
    foreign = bringCa();
  });

  function isVerified(chain: string, anchor: string): boolean {
    const folder = mkdtempSync(join(tmpdir(), 'clb-direct-chain-'));
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const [chainFile, anchorFile] = [file('chain', chain), file('anchor', anchor)];
    const trust = ['-partial_chain', '-no-CApath', '-no-CAstore', '-CAfile', anchorFile];
    const at = ['-attime', String(Math.floor(Date.now() / 1000) + 60), '-x509_strict', '-purpose', 'sslserver'];
    const { status } = spawnSync('openssl', ['verify', ...at, ...trust, '-untrusted', chainFile, chainFile]);
    rmSync(folder, { recursive: true });
    return status === 0;
  }

  test('signs leaves under its very name and key id, whatever letters and places these have', async () => {
    const one = await issueLeaf({ ca: foreign, hostNames, nowMs: Date.now(), policy: defaultPolicy });
    const [certificate, issuer] = [new X509Certificate(one.certificate), new X509Certificate(foreign.certificate)];
    expect(certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)).toBe(true);
    expect(takeApart(one.certificate).issuer).toEqual(takeApart(foreign.certificate).subject);
    expect(isVerified(one.certificate, foreign.certificate)).toBe(true);
    expect(isVerified(one.certificate, ca.certificate)).toBe(false);
  });

  test('is vouched for by the CA before it', async () => {
    const order = { nowMs: Date.now(), policy: defaultPolicy };
    const own = await issueCa({ ...order, generation: 1 });
    const cross = crossSign({ ...order, newCa: foreign.certificate, oldCa: own });
    const one = await issueLeaf({ ...order, ca: foreign, hostNames });
    expect(isVerified(one.certificate + cross, own.certificate)).toBe(true);
    expect(isVerified(one.certificate, own.certificate)).toBe(false);
  });
});

test('a serial number is positive, minimal and has 16 bytes, whatever chance gives', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (random) => {
      const serial = makeSerial(random);
      expect(serial).toHaveLength(32);
      expect(Number.parseInt(serial.slice(0, 2), 16)).toBeGreaterThan(0);
      expect(Number.parseInt(serial.slice(0, 2), 16)).toBeLessThan(0x80);
    }),
  );
});
