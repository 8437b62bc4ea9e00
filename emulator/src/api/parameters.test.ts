import { describe, expect, test } from '@jest/globals';
import { clbActions, stsActions } from '../definitions/action-names.ts';
import { fieldsOf, parseDefinitions, type Field } from '../definitions/definitions.ts';
import { limitOf } from '../definitions/limits.ts';
import { ApiError } from './api-error.ts';
import { createParameterCheck } from './parameters.ts';

const definitions = parseDefinitions();
const check = createParameterCheck(definitions);
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

const actions = [...clbActions, ...stsActions];
const cases = actions.flatMap((action) =>
  fieldsOf(definitions, `${action}Request`).map((field) => ({ action, field, named: `${action} ${field.name}` })),
);

describe('requests against their definitions', () => {
  test.each(actions)('%s takes what is required and refuses a field that it does not have', (action) => {
    expect(codeOf(action, minimal(`${action}Request`))).toBeUndefined();
    expect(codeOf(action, { ...minimal(`${action}Request`), NoSuchField: 1 })).toBe('UnknownParameter');
  });

  test.each(cases)('$named must have its type, and be there when it is required', ({ action, field }) => {
    const request = minimal(`${action}Request`);
    expect(codeOf(action, { ...request, [field.name]: field.type === 'string' ? 5 : 'wrong' })).toBe(
      'InvalidParameter',
    );
    if (field.isOptional) return;
    const others = Object.entries(request).filter(([name]) => name !== field.name);
    expect(codeOf(action, Object.fromEntries(others))).toBe('MissingParameter');
  });

  const limited = cases.map(({ action, field, named }) => {
    return { action, field, named, limit: limitOf(`${action}Request`, field.name) };
  });
  const codeFor = ({ action, field }: (typeof limited)[number], value: unknown) =>
    codeOf(action, { ...minimal(`${action}Request`), [field.name]: value });

  test.each(limited.filter(({ limit }) => limit.items?.[1] !== undefined))('$named must not be too long', (one) => {
    const item = sampleOf(`${one.action}Request`, one.field);
    const most = one.limit.items?.[1] ?? 0;
    expect(codeFor(one, Array(most).fill(item))).toBeUndefined();
    expect(codeFor(one, Array(most + 1).fill(item))).toBe('InvalidParameterValue.Length');
    if (one.limit.items?.[0] === 1) expect(codeFor(one, [])).toBe('InvalidParameterValue.Length');
  });

  test.each(limited.filter(({ limit, field }) => limit.range && !field.isList))('$named must be in range', (one) => {
    const [least, most] = one.limit.range ?? [0];
    expect(codeFor(one, least)).toBeUndefined();
    expect(codeFor(one, least - 1)).toBe('InvalidParameterValue.Range');
    if (most !== undefined) expect(codeFor(one, most + 1)).toBe('InvalidParameterValue.Range');
  });

  test.each(limited.filter(({ limit, field }) => limit.values && !field.isList))(
    '$named must be one of its values',
    (one) => {
      const wrong = one.field.type === 'integer' ? 77 : 'WRONG';
      expect(codeFor(one, wrong)).toBe('InvalidParameterValue');
    },
  );
});
