import { parse } from 'node:querystring';
import type { Definitions, Field } from '../definitions/definitions.ts';
import type { SignedRequest } from './signature.ts';

/** Names with dots and their values: ["Targets.0.Port", "80"]. */
type Pair = [path: string, value: string];

/** A GET's values are all texts: those that look like their type become it, the others are refused later. */
function convert(type: string, value: string): unknown {
  if (type === 'integer' && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (type === 'boolean' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  return value;
}

function split(pairs: Pair[]): Map<string, Pair[]> {
  const heads = Map.groupBy(pairs, ([path]) => path.split('.', 1)[0] ?? '');
  return new Map(
    [...heads].map(([head, own]) => [head, own.map(([path, value]) => [path.slice(head.length + 1), value])]),
  );
}

function single(definitions: Definitions, type: string, pairs: Pair[]): unknown {
  const fields = definitions.get(type);
  if (fields && pairs.every(([path]) => path !== '')) return structure(definitions, fields, pairs);
  return convert(type, pairs[0]?.[1] ?? '');
}

function member(definitions: Definitions, field: Field | undefined, pairs: Pair[]): unknown {
  if (!field?.isList) return single(definitions, field?.type ?? 'string', pairs);
  const items = [...split(pairs)].sort(([a], [b]) => Number(a) - Number(b));
  return items.map(([, own]) => single(definitions, field.type, own));
}

function structure(definitions: Definitions, fields: readonly Field[], pairs: Pair[]): object {
  const members = [...split(pairs)].map(([head, own]) => {
    const field = fields.find(({ name }) => name === head);
    return [head, member(definitions, field, own)];
  });
  return Object.fromEntries(members) as object;
}

function fromQuery(definitions: Definitions, action: string, query: string): object {
  const pairs = Object.entries(parse(query, '&', '=', { maxKeys: 0 })).map(([path, value]): Pair => [
    path,
    Array.isArray(value) ? (value[0] ?? '') : (value ?? ''),
  ]);
  return structure(definitions, definitions.get(`${action}Request`) ?? [], pairs);
}

function fromJson(body: Buffer): unknown {
  try {
    // The SDK sends null for actions that take nothing.
    return body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) ?? {});
  } catch {
    return undefined;
  }
}

/**
 * The parameters of a request: JSON in a POST, dotted names in the query of a GET or in a posted form; undefined when
 * the body is no JSON.
 */
export function readRequest(definitions: Definitions, action: string, request: SignedRequest): unknown {
  if (request.method === 'GET') return fromQuery(definitions, action, request.query);
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return isForm ? fromQuery(definitions, action, request.body.toString('utf8')) : fromJson(request.body);
}
