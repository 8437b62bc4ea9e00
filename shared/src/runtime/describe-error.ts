import { safeText } from '../domain/safe-text.ts';

const longestText = 2_000;
const deepestCause = 5;

/** What a log line says of an error. */
export interface ErrorDescription {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly status?: number;
  readonly reason?: string;
  readonly requestId?: string;
  readonly cause?: ErrorDescription;
  readonly errors?: readonly ErrorDescription[];
}

/**
 * Picks the known fields of an error. Others are left out: clients hang requests with bodies and headers on theirs.
 * An error with `explained: true` needs no stack: its message says what happened and where.
 */
export function describeError(error: unknown): ErrorDescription {
  return describe(error, 0);
}

function describe(error: unknown, depth: number): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: clean(textOf(error)) };
  return {
    type: error.name,
    message: clean(error.message),
    ...(error.stack === undefined || depth > 0 || isExplained(error, 0) ? {} : { stack: cleanLines(error.stack) }),
    ...plainFields(error),
    ...nested(error, depth),
  };
}

/** Several errors in one are explained when each of them is. */
function isExplained(error: unknown, depth: number): boolean {
  if (!(error instanceof Error) || depth > deepestCause) return false;
  if ('explained' in error) return error.explained === true;
  const errors: readonly unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  return errors.length > 0 && errors.every((inner) => isExplained(inner, depth + 1));
}

type Fields = Pick<ErrorDescription, 'code' | 'status' | 'reason' | 'requestId'>;

function plainFields(error: Error): Fields {
  const known = ['code', 'status', 'reason', 'requestId'] as const;
  const fields = new Map<string, unknown>(Object.entries(error));
  const isPlain = (value: unknown) => typeof value === 'string' || typeof value === 'number';
  return Object.fromEntries(
    known.map((name) => [name, fields.get(name)] as const).filter(([, value]) => isPlain(value)),
  );
}

function nested(error: Error, depth: number): Pick<ErrorDescription, 'cause' | 'errors'> {
  if (depth >= deepestCause) return {};
  const errors =
    'errors' in error && Array.isArray(error.errors) ? error.errors.map((inner) => describe(inner, depth + 1)) : [];
  return {
    ...(error.cause === undefined ? {} : { cause: describe(error.cause, depth + 1) }),
    ...(errors.length === 0 ? {} : { errors }),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'a thrown value that is not an Error';
}

/** A stack is lines; what is on them is text of others too. */
function cleanLines(stack: string): string {
  return stack.slice(0, longestText).split('\n').map(clean).join('\n');
}

function clean(text: string): string {
  return safeText(text, longestText).replaceAll(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 [hidden]');
}
