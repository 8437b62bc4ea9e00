import { annotation } from '@clb-direct/shared/domain/names.ts';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { KeyedCertificate } from '../material.ts';
import { readCertificates } from '../pem.ts';
import { nextKeys } from '../secret-format.ts';

/** What a person asks for through the Secret. */
export interface RotationRequest {
  /** Tells two requests apart; the same one is served once. */
  readonly id: string;
  readonly kind: 'leaf' | 'ca' | 'import';
  readonly reason: string;
  /** How long the old CA stays trusted, instead of the setting. */
  readonly settleMs?: number;
}

/** A request as it stands in the Secret: none, one that can be read, or what is wrong with it. */
export interface ReadRequest {
  readonly request?: RotationRequest;
  readonly problem?: string;
}

const kinds = ['leaf', 'ca', 'import'];
const longestReason = 300;

/** Reads the annotation; anybody may have written it. */
export function readRequest(text: string): ReadRequest {
  if (text === '') return {};
  const raw = parse(text);
  if (raw === undefined) return { problem: 'it is no JSON object; ./scripts/rotate-certs writes it' };
  const failed = fieldRules.find(([field, holds]) => !holds(raw[field]));
  if (failed !== undefined) return { problem: failed[2] };
  const { id, kind, reason, settleMs } = raw as unknown as Partial<RotationRequest> &
    Pick<RotationRequest, 'id' | 'kind'>;
  const request = { id, kind, reason: (reason ?? '').slice(0, longestReason) };
  return { request: settleMs === undefined ? request : { ...request, settleMs } };
}

const fieldRules: readonly [string, (value: unknown) => boolean, string][] = [
  ['id', (id) => typeof id === 'string' && id !== '', 'it has no id; write any text that was not used before'],
  ['kind', (kind) => typeof kind === 'string' && kinds.includes(kind), `its kind is none of ${kinds.join(', ')}`],
  ['reason', (reason) => reason === undefined || typeof reason === 'string', 'its reason is not a text'],
  ['settleMs', (ms) => ms === undefined || isDuration(ms), 'its settleMs is not a number from 0 up'],
];

/** The merge patch that asks; an import brings its CA along. */
export function requestPatch(request: RotationRequest, ca?: KeyedCertificate) {
  const metadata = { annotations: { [annotation.rotationRequest]: JSON.stringify(request) } };
  if (ca === undefined) return { metadata };
  const encode = (text: string) => Buffer.from(text).toString('base64');
  return { metadata, data: { [nextKeys.certificate]: encode(ca.certificate), [nextKeys.key]: encode(ca.key) } };
}

const leastBits = 2048;
const leastImportLeftMs = 24 * 3_600_000;

/** Why a CA cannot become ours; empty = it can. */
export function checkNextCa(ca: KeyedCertificate, nowMs: number, leastLeftMs = leastImportLeftMs): readonly string[] {
  const [certificate, ...others] = readCertificates(ca.certificate) ?? [];
  if (certificate === undefined) return ['the certificate cannot be read as PEM'];
  const key = tryKey(ca.key);
  const checks: readonly [boolean, string][] = [
    [others.length === 0, 'there is more than one certificate; give the CA alone'],
    [certificate.ca, 'the certificate is not a CA; it needs basicConstraints CA:TRUE'],
    [certificate.verify(certificate.publicKey), 'the certificate is not signed by itself; give a root CA'],
    [isRsa(certificate.publicKey), `the key is not RSA with at least ${leastBits} bits`],
    [key !== undefined, 'the key cannot be read as an unencrypted PEM'],
    [key === undefined || certificate.checkPrivateKey(key), 'the key does not belong to the certificate'],
    [certificate.validFromDate.getTime() <= nowMs, 'the certificate is not valid yet'],
    [certificate.validToDate.getTime() > nowMs + leastLeftMs, 'the certificate ends within a day, or has ended'],
  ];
  return checks.filter(([passed]) => !passed).map(([, problem]) => problem);
}

function isRsa(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= leastBits;
}

function tryKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
