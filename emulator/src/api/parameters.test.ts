import { describe, expect, test } from '@jest/globals';
import { clbActions, sslActions, stsActions, vpcActions } from '../definitions/action-names.ts';
import { fieldsOf, definitions, type Field } from '../definitions/definitions.ts';
import { limitOf } from '../definitions/limits.ts';
import { ApiError } from '../errors/api-error.ts';
import { checkParameters as check } from './parameters.ts';

type Request = Record<string, unknown>;

function sampleOf(structure: string, { name, type }: Field): unknown {
  const { values, range = [1], length = [1] } = limitOf(structure, name);
  if (type === 'boolean') return true;
  if (type === 'integer') return values?.[0] ?? Math.max(range[0], 1);
  return type === 'string' ? (values?.[0] ?? 'x'.repeat(Math.max(length[0], 1))) : minimal(type);
}

/** A request with the required fields and nothing else. */
function minimal(structure: string): Request {
  const required = fieldsOf(definitions, structure).filter(({ isOptional }) => !isOptional);
  return Object.fromEntries(
    required.map((field) => [field.name, field.isList ? [sampleOf(structure, field)] : sampleOf(structure, field)]),
  );
}

function codeOf(action: string, request: Request): string | undefined {
  try {
    check(action, request);
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.code;
    throw error;
  }
}

const actions = [...clbActions, ...sslActions, ...stsActions, ...vpcActions];

/** A field of a request, or of a structure somewhere inside one. */
interface Case {
  action: string;
  structure: string;
  field: Field;
  named: string;
  /** Makes a request of what is at the place of the structure. */
  around: (inner: Request) => Request;
}

function casesOf(action: string, structure: string, seen: Set<string>, around: Case['around']): Case[] {
  if (seen.has(structure)) return [];
  seen.add(structure);
  return fieldsOf(definitions, structure).flatMap((field) => {
    const own: Case = { action, structure, field, named: `${structure}.${field.name} of ${action}`, around };
    if (!definitions.has(field.type)) return [own];
    const outer = (inner: Request) => around({ ...minimal(structure), [field.name]: field.isList ? [inner] : inner });
    return [own, ...casesOf(action, field.type, seen, outer)];
  });
}

const seen = new Set<string>();
/** Each structure once, in the first request that has it. */
const cases = actions.flatMap((action) => casesOf(action, `${action}Request`, seen, (inner) => inner));
const limited = cases.map((one) => ({ ...one, limit: limitOf(one.structure, one.field.name) }));

const codeFor = ({ action, structure, field, around }: Case, value: unknown) =>
  codeOf(action, around({ ...minimal(structure), [field.name]: value }));
/** As codeFor; a list gets the value as its only member. */
const codeForOne = (one: Case, value: unknown) => codeFor(one, one.field.isList ? [value] : value);

describe('requests against their definitions', () => {
  test.each(actions)('%s takes what is required and refuses a field that it does not have', (action) => {
    expect(codeOf(action, minimal(`${action}Request`))).toBeUndefined();
    expect(codeOf(action, { ...minimal(`${action}Request`), NoSuchField: 1 })).toBe('UnknownParameter');
  });

  test.each(cases)('$named must have its type, and be there when it is required', (one) => {
    const { action, structure, field, around } = one;
    expect(codeFor(one, field.type === 'string' ? 5 : 'wrong')).toBe('InvalidParameter');
    if (field.isOptional) return;
    const others = Object.entries(minimal(structure)).filter(([name]) => name !== field.name);
    expect(codeOf(action, around(Object.fromEntries(others)))).toBe('MissingParameter');
  });

  test.each(limited.filter(({ limit }) => limit.items?.[1] !== undefined))('$named must not be too long', (one) => {
    const item = sampleOf(one.structure, one.field);
    const most = one.limit.items?.[1] ?? 0;
    expect(codeFor(one, Array(most).fill(item))).toBeUndefined();
    expect(codeFor(one, Array(most + 1).fill(item))).toBe('InvalidParameterValue.Length');
  });

  test.each(limited.filter(({ limit }) => limit.items?.[0] === 1))('$named must not be empty', (one) => {
    expect(codeFor(one, [])).toBe('InvalidParameterValue.Length');
  });

  test.each(limited.filter(({ limit }) => limit.range))('$named must be in range', (one) => {
    const [least, most] = one.limit.range ?? [0];
    expect(codeForOne(one, least)).toBeUndefined();
    expect(codeForOne(one, least - 1)).toBe('InvalidParameterValue.Range');
    if (most === undefined) return;
    expect(codeForOne(one, most)).toBeUndefined();
    expect(codeForOne(one, most + 1)).toBe('InvalidParameterValue.Range');
  });

  test.each(limited.filter(({ limit }) => limit.length))('$named must be a text of its length', (one) => {
    const [least, most] = one.limit.length ?? [0, 0];
    expect(codeForOne(one, 'x'.repeat(most))).toBeUndefined();
    expect(codeForOne(one, 'x'.repeat(most + 1))).toBe('InvalidParameterValue.Length');
    if (least > 0) expect(codeForOne(one, '')).toBe('InvalidParameterValue.Length');
  });

  test.each(limited.filter(({ limit }) => limit.values))('$named must be one of its values', (one) => {
    for (const value of one.limit.values ?? []) expect(codeForOne(one, value)).toBeUndefined();
    expect(codeForOne(one, one.field.type === 'integer' ? 77 : 'WRONG')).toBe('InvalidParameterValue');
  });
});
