import { createHash, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { KeyPair } from '../../core/model/certificate.ts';
import type { TlsPair } from '../../core/model/tls-pair.ts';

/** Bytes of either file: what is longer costs time to parse, and no CLB takes it. */
const mostBytes = 65_536;
const mostCertificates = 10;

interface Usable {
  readonly chain: readonly X509Certificate[];
  readonly key: KeyObject;
}

type Data = Readonly<Record<string, unknown>> | null | undefined;

/** Says why a pair cannot be used: the end of the sentence "Secret x …". No text of a parser is in it. */
class PairProblem extends Error {}

/** Judges a pair and keeps neither certificate nor key. */
export function toTlsPair(data: Data): TlsPair {
  const read = readPair(data);
  if (read instanceof PairProblem) return { problem: read.message };
  const [leaf] = read.chain;
  return {
    fingerprint: fingerprintOf(read.chain),
    notBeforeMs: Date.parse(leaf?.validFrom ?? ''),
    notAfterMs: Date.parse(leaf?.validTo ?? ''),
    algorithm: read.key.asymmetricKeyType === 'rsa' ? 'RSA' : 'ECC',
  };
}

/** For an upload: certificate and key, the key in the older form of its kind, which every product takes. */
export function toKeyPair(data: Data): KeyPair | undefined {
  const read = readPair(data);
  if (read instanceof PairProblem) return undefined;
  const { chain, key } = read;
  const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1';
  return {
    fingerprint: fingerprintOf(chain),
    certificate: chain.map((one) => one.toString()).join(''),
    privateKey: key.export({ format: 'pem', type }).toString(),
  };
}

function fingerprintOf(chain: readonly X509Certificate[]): string {
  const hash = createHash('sha256');
  for (const { raw } of chain) hash.update(raw);
  return hash.digest('hex');
}

function readPair(data: Data): Usable | PairProblem {
  try {
    const chain = readChain(fileIn(data, 'tls.crt'));
    const key = readKey(fileIn(data, 'tls.key'));
    requireMatch(chain, key);
    return { chain, key };
  } catch (error) {
    if (error instanceof PairProblem) return error;
    throw error;
  }
}

function fileIn(data: Data, name: string): string {
  const value = data?.[name];
  if (typeof value !== 'string' || value === '') throw new PairProblem(`has no ${name}; write it as PEM`);
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length > mostBytes)
    throw new PairProblem(`has a ${name} of ${bytes.length} bytes; write at most ${mostBytes}`);
  return bytes.toString('utf8');
}

function readChain(text: string): readonly X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new PairProblem('has no certificate in tls.crt; write it as PEM, its chain after it');
  if (blocks.length > mostCertificates)
    throw new PairProblem(`has ${blocks.length} certificates in tls.crt; write the leaf and its chain alone`);
  return blocks.map((block, index) => {
    const read = quietly(() => new X509Certificate(block));
    if (read === undefined) throw new PairProblem(`has a certificate ${index + 1} in tls.crt that cannot be read`);
    return read;
  });
}

function readKey(text: string): KeyObject {
  if (text.includes('ENCRYPTED')) throw new PairProblem('has an encrypted key in tls.key; write it without a password');
  const key = quietly(() => createPrivateKey(text));
  if (key === undefined) throw new PairProblem('has a tls.key that cannot be read; write the private key as PEM');
  const { asymmetricKeyType: type = '' } = key;
  if (type !== 'rsa' && type !== 'ec')
    throw new PairProblem(`has a key of kind ${type}, which a CLB does not take; use RSA or ECDSA`);
  return key;
}

function requireMatch(chain: readonly X509Certificate[], key: KeyObject): void {
  const index = chain.findIndex((one) => one.checkPrivateKey(key));
  if (index === 0) return;
  if (index > 0)
    throw new PairProblem('has another certificate before that of its key in tls.crt; write that one first');
  throw new PairProblem('has a tls.key that does not belong to tls.crt; write both from one issue');
}

/** What a parser says may quote what it parsed. */
function quietly<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
