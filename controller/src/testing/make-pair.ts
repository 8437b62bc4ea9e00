import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A private key and a certificate for it, as PEM. */
export interface MadePair {
  readonly certificate: string;
  readonly key: string;
}

type Kind = 'rsa' | 'ec' | 'ed25519';

interface PairOptions {
  readonly kind?: Kind;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly keyForm?: 'pkcs8' | 'older';
  /** Of the key, which is written encrypted then. */
  readonly password?: string;
}

/** Self-signed, with nothing in it but what a certificate must have. */
export function makePair(options: PairOptions = {}): MadePair {
  const { kind = 'ec', notBefore = new Date('2026-01-01'), notAfter = new Date('2026-04-01') } = options;
  const { publicKey, privateKey } = newKeys(kind);
  const algorithm = der(0x30, objectId(signatureIds[kind]), ...(kind === 'rsa' ? [der(0x05)] : []));
  const name = der(0x30, der(0x31, der(0x30, objectId('550403'), der(0x0c, Buffer.from('made by a test')))));
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    der(0x30, time(notBefore), time(notAfter)),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
  );
  const signature = sign(kind === 'ed25519' ? null : 'sha256', body, privateKey);
  const whole = der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature));
  return { certificate: pem('CERTIFICATE', whole), key: keyText(privateKey, kind, options) };
}

/** As the API server has it in a Secret. */
export function dataOf({ certificate, key }: MadePair): Readonly<Record<string, string>> {
  const [crt, secret] = [certificate, key].map((text) => Buffer.from(text).toString('base64'));
  return { 'tls.crt': crt ?? '', 'tls.key': secret ?? '' };
}

function newKeys(kind: Kind) {
  if (kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return kind === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
}

function keyText(key: KeyObject, kind: Kind, { keyForm = 'pkcs8', password }: PairOptions): string {
  const older = kind === 'rsa' ? 'pkcs1' : 'sec1';
  const type = keyForm === 'pkcs8' ? 'pkcs8' : older;
  const encrypted = password === undefined ? {} : { cipher: 'aes-256-cbc', passphrase: password };
  return key.export({ format: 'pem', type, ...encrypted } as never).toString();
}

/** sha256WithRSAEncryption, ecdsa-with-SHA256, Ed25519. */
const signatureIds: Readonly<Record<Kind, string>> = {
  rsa: '2a864886f70d01010b',
  ec: '2a8648ce3d040302',
  ed25519: '2b6570',
};

const objectId = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const time = (at: Date) => der(0x18, Buffer.from(at.toISOString().replaceAll(/[-:T]|[.]\d+/g, '')));

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const long = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex');
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 | long.length, ...long];
  return Buffer.concat([Buffer.from(head), content]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
