import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCa, issueLeaf } from '@clb-direct/certs/issue-certificates.ts';
import { defaultPolicy, type KeyedCertificate } from '@clb-direct/certs/material.ts';
import { readCaFiles } from './read-ca-files.ts';

const nowMs = Date.now();
let folder: string;
let ca: KeyedCertificate;
let leaf: KeyedCertificate;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bring-ca-'));
  ca = await issueCa({ generation: 1, nowMs, policy: defaultPolicy });
  leaf = await issueLeaf({ ca, hostNames: ['x'], nowMs, policy: defaultPolicy });
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function bring(certificate: string, key: string) {
  return readCaFiles({ certificate: await file('ca.crt', certificate), key: await file('ca.key', key) }, nowMs);
}

test('A CA is taken from two files, or from one that holds both, whatever stands around the blocks.', async () => {
  const both = await file('both.pem', `a CA of mine\n${ca.key}\nand\n${ca.certificate}\n`);

  expect(await bring(ca.certificate, ca.key)).toMatchObject({ ca });
  expect(readCaFiles({ certificate: both, key: both }, nowMs)).toMatchObject({ ca });
});

test.each([
  ['of another CA', () => [ca.certificate, leaf.key], 'the key does not belong to the certificate'],
  ['of a leaf', () => [leaf.certificate, leaf.key], 'may not sign certificates'],
  ['in a chain', () => [ca.certificate + leaf.certificate, ca.key], 'more than one certificate'],
  ['without a key', () => [ca.certificate, ca.certificate], 'there is no private key in PEM'],
  ['without a certificate', () => [ca.key, ca.key], 'there is no certificate in PEM'],
  ['with an encrypted key', () => [ca.certificate, encryptedKey()], 'the key is encrypted'],
  ['of any size', () => ['x'.repeat(70_000), ca.key], 'longer than'],
])('Material %s is refused, and nothing of it is in the error.', async (_, texts, problem) => {
  const [certificate = '', key = ''] = texts();
  const refusal = await bring(certificate, key).catch((error: unknown) => String(error));

  expect(refusal).toContain(problem);
  expect(refusal).not.toMatch(/MII|BEGIN/);
});

test('A file that is not there is named.', () => {
  const missing = { certificate: join(folder, 'none'), key: join(folder, 'none') };

  expect(() => readCaFiles(missing, nowMs)).toThrow(/none cannot be read \(ENOENT\)/);
});

function encryptedKey(): string {
  const privateKeyEncoding = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
  const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;
  return generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding, publicKeyEncoding }).privateKey;
}
