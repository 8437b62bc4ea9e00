import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { KeyedCertificate } from '../material.ts';
import { nextKeys } from '../secret-format.ts';
import { isSettleTime, longestSettleMs } from './settle-time.ts';

/** A request for a rotation, made through the Secret. */
export interface RotationRequest {
  /** Identifies a request; the same one is served once. */
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

/** Reads the annotation, which may have any content. */
export function readRequest(text: string): ReadRequest {
  if (text === '') return {};
  const raw = parse(text);
  if (raw === undefined) return { problem: 'it is no JSON object; ./scripts/rotate-certs writes it' };
  const failed = fieldRules.find(([field, holds]) => !holds(raw[field]));
  if (failed !== undefined) return { problem: failed[2] };
  const { id, kind, reason, settleMs } = raw as unknown as Partial<RotationRequest> &
    Pick<RotationRequest, 'id' | 'kind'>;
  const request = { id, kind, reason: safeText(reason ?? '', longestReason) };
  return { request: settleMs === undefined ? request : { ...request, settleMs } };
}

const fieldRules: readonly [string, (value: unknown) => boolean, string][] = [
  ['id', (id) => typeof id === 'string' && id !== '', 'it has no id; write any text that was not used before'],
  ['kind', (kind) => typeof kind === 'string' && kinds.includes(kind), `its kind is none of ${kinds.join(', ')}`],
  ['reason', (reason) => reason === undefined || typeof reason === 'string', 'its reason is not a text'],
  [
    'settleMs',
    (ms) => ms === undefined || isSettleTime(ms),
    `its settleMs is not a whole number from 0 to ${longestSettleMs}, a year`,
  ],
];

/** The merge patch that asks; an import brings its CA along. */
export function requestPatch(request: RotationRequest, ca?: KeyedCertificate) {
  const metadata = { annotations: { [annotation.rotationRequest]: JSON.stringify(request) } };
  if (ca === undefined) return { metadata };
  const encode = (text: string) => Buffer.from(text).toString('base64');
  return { metadata, data: { [nextKeys.certificate]: encode(ca.certificate), [nextKeys.key]: encode(ca.key) } };
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
