import { describe, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { anIngress } from '../../../testing/ingress-builders.ts';
import type { RelatedObjects, SecretFacts } from '../../model/related-objects.ts';
import type { KeyAlgorithm } from '../../model/tls-pair.ts';
import { certificatesOf } from './tls.ts';

type Secret = SecretFacts | 'pending' | 'missing';

const byId = (certificateId: string, caCertificateId?: string): SecretFacts => ({ certificateId, caCertificateId });
const pair = (fingerprint: string, algorithm: KeyAlgorithm, caCertificateId?: string): SecretFacts => ({
  certificateId: undefined,
  caCertificateId,
  pair: { fingerprint, algorithm, notBeforeMs: 0, notAfterMs: 1 },
});
const broken: SecretFacts = { ...byId(''), certificateId: undefined, pair: { problem: 'has no tls.key' } };

/** Each content of a pair is uploaded as its fingerprint; one that is called "slow" is not yet. */
function read(secrets: Readonly<Record<string, Secret>>, hosts: Readonly<Record<string, readonly string[]>> = {}) {
  const related = ({ kind, name }: { readonly kind: string; readonly name: string }) => {
    if (kind === 'UploadedCertificate') return name === 'slow' ? pending : { state: 'found', facts: { id: name } };
    const secret = secrets[name] ?? 'missing';
    return typeof secret === 'string' ? { state: secret } : { state: 'found', facts: secret };
  };
  const tls = Object.keys(secrets).map((secretName) => ({ secretName, hosts: hosts[secretName] ?? ['a.com'] }));
  return certificatesOf(anIngress({ tls }), { related } as unknown as RelatedObjects);
}

const pending = { state: 'pending' };
const idsOf = (...args: Parameters<typeof read>) =>
  read(...args)
    .of('a.com')
    ?.certificates?.ids.join();
const told = (...args: Parameters<typeof read>) => read(...args).findings.map(({ message }) => message);

describe('Of several entries for one host', () => {
  test.each<[string, Readonly<Record<string, Secret>>, string | undefined, readonly string[]]>([
    ['one of RSA and one of ECC both count', { r: pair('rsa', 'RSA'), e: pair('ecc', 'ECC') }, 'ecc,rsa', []],
    ['in the other order too', { e: pair('ecc', 'ECC'), r: pair('rsa', 'RSA') }, 'ecc,rsa', []],
    [
      'the second of the same algorithm does not count',
      { r: pair('rsa', 'RSA'), s: pair('rsa2', 'RSA') },
      'rsa',
      ['Secret s has an RSA certificate, as Secret r has'],
    ],
    [
      'a third does not count',
      { r: pair('rsa', 'RSA'), e: pair('ecc', 'ECC'), f: pair('ecc2', 'ECC') },
      'ecc,rsa',
      ['Secret f has an ECC certificate, as Secret e has'],
    ],
    ['ids do not count beside a pair', { r: pair('rsa', 'RSA'), i: byId('abcd') }, 'rsa', ['Secret i does not fit']],
    ['a pair does not count beside ids', { i: byId('abcd'), r: pair('rsa', 'RSA') }, 'abcd', ['Secret r does not fit']],
    [
      'ids do not count beside ids',
      { i: byId('abcd,bcde'), j: byId('cdef') },
      'abcd,bcde',
      ['write both ids into one'],
    ],
    ['one that is missing stops itself alone', { r: pair('rsa', 'RSA'), e: 'missing' }, 'rsa', ['Secret e does not']],
    ['the first may be the one that is missing', { e: 'missing', r: pair('rsa', 'RSA') }, 'rsa', ['Secret e does not']],
    ['one that is being read leaves what stands', { r: pair('rsa', 'RSA'), e: 'pending' }, undefined, []],
    ['one that is being uploaded too', { r: pair('rsa', 'RSA'), e: pair('slow', 'ECC') }, undefined, []],
    ['one that is broken too', { r: pair('rsa', 'RSA'), e: broken }, undefined, []],
    ['none is there', { e: 'missing', f: 'missing' }, undefined, ['Secret f does not exist']],
  ])('%s.', (_, secrets, ids, parts) => {
    expect(idsOf(secrets)).toBe(ids);
    expect(told(secrets)).toEqual(parts.map((part) => expect.stringContaining(part)));
  });

  test('one that asks clients for a certificate makes all ask', () => {
    const asking = read({ r: pair('rsa', 'RSA'), e: pair('ecc', 'ECC', 'ca-1') });
    expect(asking.of('a.com')?.certificates).toEqual({ mode: 'MUTUAL', ids: ['ecc', 'rsa'], caId: 'ca-1' });
    const secrets = { r: pair('rsa', 'RSA', 'ca-1'), e: pair('ecc', 'ECC', 'ca-2') };
    expect(read(secrets).of('a.com')?.certificates).toEqual({ mode: 'MUTUAL', ids: ['rsa'], caId: 'ca-1' });
    expect(told(secrets)).toEqual([expect.stringContaining('Secret e asks clients for another CA')]);
  });

  test('those with the name itself come before those with a wildcard, and these before those without hosts', () => {
    const secrets = { w: pair('wild', 'RSA'), n: pair('named', 'RSA'), h: pair('every', 'RSA'), e: pair('ecc', 'ECC') };
    const hosts = { w: ['*.a.com'], n: ['www.a.com'], h: [], e: ['*.a.com'] };
    const found = read(secrets, hosts);
    const ids = ['www.a.com', 'api.a.com', 'b.com', ''].map((host) => found.of(host)?.certificates?.ids.join());
    expect(ids).toEqual(['named', 'ecc,wild', 'every', 'every']);
    expect(found.findings).toEqual([]);
  });

  test('what does not count is told once, with its hosts', () => {
    const secrets = { r: pair('rsa', 'RSA'), s: pair('rsa2', 'RSA') };
    const hosts = { r: ['a.com', 'b.com'], s: ['a.com', 'b.com', 'c.com'] };
    expect(told(secrets, hosts)).toEqual([expect.stringMatching(/Secret s .* named for "a\.com", "b\.com", served/)]);
  });

  test('a second entry of the annotation does not count, and is told by its number', () => {
    const entry = (id: string) => ({ hosts: ['a.com'], qcloud_cert_id: [id] });
    const annotations = { [ingressAnnotation.certificate]: JSON.stringify([entry('one'), entry('two')]) };
    const found = certificatesOf(anIngress({ annotations }), { related: () => pending } as unknown as RelatedObjects);
    expect(found.of('a.com')?.certificates?.ids).toEqual(['one']);
    expect(found.findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Entry 2 of annotation \S+ does not fit beside Entry 1 .* write both ids into one/),
    ]);
  });
});
