import { createPrivateKey } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { defaultPolicy, type KeyedCertificate } from '../material.ts';
import { issueCa } from '../issue-certificates.ts';
import { bringCa, makeKey, type ForeignCa } from '../testing/bring-ca.ts';
import { checkNextCa } from './check-next-ca.ts';

// openssl certifies from now on, while the tests run.
const nowMs = Date.now() + 60_000;

let own: KeyedCertificate;
let foreign: KeyedCertificate;
beforeAll(async () => {
  own = await issueCa({ generation: 1, nowMs, policy: defaultPolicy });
  foreign = bringCa();
});

describe('a CA to import', () => {
  test('may be a root, or stand below one with room for a leaf alone', () => {
    expect(checkNextCa(own, nowMs)).toEqual([]);
    expect(checkNextCa(foreign, nowMs)).toEqual([]);
  });

  test('may say nothing about what its key is for', () => {
    expect(checkNextCa(bringCa({ key: foreign.key, extensions: ['basicConstraints=CA:TRUE'] }), nowMs)).toEqual([]);
  });

  test.each<[string, ForeignCa, string]>([
    ['is a leaf', { extensions: ['basicConstraints=CA:FALSE'] }, 'may not sign certificates'],
    [
      'may not sign certificates',
      { extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,digitalSignature,cRLSign'] },
      'keyCertSign',
    ],
    ['is for clients', { extensions: ['basicConstraints=CA:TRUE', 'extendedKeyUsage=clientAuth'] }, 'serverAuth'],
    [
      'is for some names only',
      { extensions: ['basicConstraints=CA:TRUE', 'nameConstraints=permitted;DNS:example.com'] },
      'name constraints',
    ],
    [
      'has an unknown rule',
      { extensions: ['basicConstraints=CA:TRUE', '1.2.3.4=critical,ASN1:UTF8String:x'] },
      'critical extension 1.2.3.4',
    ],
    ['has another kind of key', { key: makeKey('EC', 'ec_paramgen_curve:P-256') }, 'not RSA with 2048 to 8192 bits'],
    ['has a short key', { key: makeKey('RSA', 'rsa_keygen_bits:1024') }, 'not RSA with 2048'],
    ['ends soon', { days: 1 }, 'must hold for a day'],
  ])('and that %s is refused', (_, change, words) => {
    expect(checkNextCa(bringCa({ key: foreign.key, ...change }), nowMs)).toEqual([expect.stringContaining(words)]);
  });

  test('is refused with a key that is not its own, that is encrypted, or that is none', () => {
    const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
    const encrypted = createPrivateKey(own.key).export(locked).toString();
    expect(checkNextCa({ ...own, key: foreign.key }, nowMs)).toEqual(['the key does not belong to the certificate']);
    expect(checkNextCa({ ...own, key: encrypted }, nowMs)).toEqual([expect.stringContaining('is encrypted')]);
    expect(checkNextCa({ ...own, key: '' }, nowMs)).toEqual([expect.stringContaining('cannot be read')]);
  });

  test('comes alone', () => {
    const certificate = foreign.certificate + own.certificate;
    expect(checkNextCa({ ...foreign, certificate }, nowMs)).toEqual([expect.stringContaining('more than one')]);
    expect(checkNextCa({ certificate: 'x', key: '' }, nowMs)).toEqual(['the certificate cannot be read as PEM']);
  });

  test('is refused before it is valid', () => {
    expect(checkNextCa(own, nowMs - 2 * 3_600_000)).toEqual([expect.stringContaining('is not valid before')]);
  });
});
