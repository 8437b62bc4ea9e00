import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../errors/api-error.ts';
import type { Credential, Credentials } from '../credentials/credentials.ts';
import { unknownSecretId } from '../credentials/unknown-secret-id.ts';

export interface SignedRequest {
  method: string;
  /** The query string without its question mark. */
  query: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

interface Authorization {
  secretId: string;
  date: string;
  service: string;
  signedHeaders: string[];
  signature: string;
}

const pattern =
  /^TC3-HMAC-SHA256\s+Credential=([^/\s]+)\/(\d{4}-\d\d-\d\d)\/([^/\s]+)\/tc3_request,\s*SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})$/;

const maxSkewS = 300;

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

function malformed(why: string): ApiError {
  return new ApiError('AuthFailure.InvalidAuthorization', `The Authorization header is not a TC3 signature: ${why}.`);
}

function parseAuthorization(headers: IncomingHttpHeaders): Authorization {
  if (!headers.authorization) throw malformed('it is missing');
  const [, secretId, date, service, names, signature] = pattern.exec(headers.authorization) ?? [];
  if (!secretId || !date || !service || !names || !signature) throw malformed('its form is wrong');
  const signedHeaders = names.split(';');
  if (!signedHeaders.includes('host') || !signedHeaders.includes('content-type')) {
    throw malformed('content-type and host must be signed');
  }
  return { secretId, date, service, signedHeaders, signature };
}

function header(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(',') : (value ?? '')).trim();
}

/** The Node SDK signs the host name without its port, the Go and Python SDKs sign the header as sent. */
function hostsToTry(host: string): string[] {
  const bare = host.replace(/:\d+$/, '');
  return bare === host ? [host] : [bare, host];
}

/** The API's documentation has header values in lower case, most SDKs sign them as they send them. */
const spellings = [(value: string) => value, (value: string) => value.toLowerCase()];

/** What the Python and Go SDKs say and sign in place of the body, when asked not to sign it. */
const unsigned = 'UNSIGNED-PAYLOAD';
const payloadOf = ({ headers, body }: SignedRequest) =>
  header(headers, 'x-tc-content-sha256') === unsigned ? unsigned : body;

interface Reading {
  host: string;
  spell: (value: string) => string;
}

function readingsOf(headers: IncomingHttpHeaders): Reading[] {
  return hostsToTry(header(headers, 'host')).flatMap((host) => spellings.map((spell) => ({ host, spell })));
}

function canonicalHeaders(request: SignedRequest, names: string[], { host, spell }: Reading): string {
  return names.map((name) => `${name}:${spell(name === 'host' ? host : header(request.headers, name))}\n`).join('');
}

/** The signature that the caller should have sent, for one reading of its headers. */
export function expectedSignature(
  request: SignedRequest,
  authorization: Omit<Authorization, 'secretId' | 'signature'>,
  secretKey: string,
  reading: Reading,
): string {
  const { date, service, signedHeaders } = authorization;
  const canonical = [
    request.method,
    '/',
    request.query,
    canonicalHeaders(request, signedHeaders, reading),
    signedHeaders.join(';'),
    sha256(payloadOf(request)),
  ].join('\n');
  const scope = `${date}/${service}/tc3_request`;
  const text = ['TC3-HMAC-SHA256', header(request.headers, 'x-tc-timestamp'), scope, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(`TC3${secretKey}`, date), service), 'tc3_request');
  return hmac(key, text).toString('hex');
}

function checkTime(request: SignedRequest, date: string, nowMs: number): void {
  const timestampS = Number(header(request.headers, 'x-tc-timestamp'));
  if (!Number.isInteger(timestampS) || timestampS <= 0) throw malformed('X-TC-Timestamp is not a time in seconds');
  if (Math.abs(nowMs / 1000 - timestampS) > maxSkewS) {
    throw new ApiError(
      'AuthFailure.SignatureExpire',
      'The signature has expired: the timestamp is off by more than 300 s.',
    );
  }
  if (new Date(timestampS * 1000).toISOString().slice(0, 10) !== date) {
    throw malformed('the date in Credential is not the UTC date of X-TC-Timestamp');
  }
}

const same = (a: string, b: string) => timingSafeEqual(Buffer.from(a), Buffer.from(b));

interface TokenRules {
  nowMs: number;
  /** Whether a permanent credential with a token is refused. */
  refusesNeedlessToken: boolean;
}

function checkToken(credential: Credential, headers: IncomingHttpHeaders, rules: TokenRules): void {
  const { token, expiresAtMs = Infinity } = credential;
  const { nowMs, refusesNeedlessToken } = rules;
  const sent = header(headers, 'x-tc-token');
  if (token === undefined ? refusesNeedlessToken && sent !== '' : sent !== token) {
    const message = 'Token verification failed. Please check your Token is correct.';
    throw new ApiError('AuthFailure.TokenFailure', message);
  }
  if (nowMs >= expiresAtMs) throw new ApiError('AuthFailure.TokenFailure', 'The token has expired.');
}

/** Verifies TC3-HMAC-SHA256 and answers whose secret id it is; any service label is good. */
export function authenticate(request: SignedRequest, credentials: Credentials, rules: TokenRules): string {
  const authorization = parseAuthorization(request.headers);
  checkTime(request, authorization.date, rules.nowMs);
  const credential = credentials.get(authorization.secretId);
  if (!credential) throw unknownSecretId();
  checkToken(credential, request.headers, rules);
  const matches = readingsOf(request.headers).some((reading) =>
    same(expectedSignature(request, authorization, credential.secretKey, reading), authorization.signature),
  );
  if (matches) return authorization.secretId;
  throw new ApiError(
    'AuthFailure.SignatureFailure',
    'The provided credentials could not be validated. Please check your signature is correct.',
  );
}
