import { destination as openDestination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { describeError } from './describe-error.ts';

export type Log = Logger;

const secretFields = [
  'authorization',
  'Authorization',
  'token',
  'Token',
  'password',
  'secretKey',
  'SecretKey',
  'secretId',
  'SecretId',
  'privateKey',
  'CertificatePrivateKey',
  'clientKeyData',
];
/** pino's wildcard stands for exactly one level, so every depth is spelled out. */
const secretPaths = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`, `*.*.*.${field}`]);

/** Makes the program's logger: one JSON object per line, level by name, ISO time, secrets replaced. */
export function createLogger(options: { program: string; level: string; destination?: DestinationStream }): Log {
  const settings = {
    level: options.level,
    base: { program: options.program },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretPaths, censor: '[hidden]' },
    serializers: { err: describeError, error: describeError },
  };
  // pino's own default writes in the background, and its last lines before an exit come out of order.
  return pino(settings, options.destination ?? openDestination({ fd: 1, sync: true }));
}
