import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FaultKind } from './definition/fault.ts';
import { faultKinds, type Fault } from './fault-kinds.ts';
import { selectionFields, timingFields } from './definition/fields.ts';
import { ProblemsError } from '../errors/problems-error.ts';

/** A fault cannot be understood; every problem is listed. */
export class FaultError extends ProblemsError {
  readonly statusCode = 400;
}

/** Every field that faults of a kind can have, as JSON Schema. */
export function fieldsOfKind({ selects, fields }: FaultKind): Record<string, object> {
  const selection = Object.entries(selectionFields).filter(([name]) => selects.some((one) => one === name));
  return { ...Object.fromEntries(selection), ...fields, ...timingFields };
}

/** What a field has to be, in words. */
export function expectedOf(field: object | undefined): string {
  return field && 'description' in field ? String(field.description) : '';
}

function describe(error: ErrorObject, kind: FaultKind): string {
  const params = error.params as Record<string, string>;
  const fields = fieldsOfKind(kind);
  if (error.keyword === 'additionalProperties') {
    const name = params['additionalProperty'] ?? '';
    return `${name}: ${kind.kind} has no such field; it takes ${Object.keys(fields).join(', ')}`;
  }
  if (error.keyword === 'required') {
    const missing = params['missingProperty'] ?? '';
    return `${missing}: is missing; write ${expectedOf(fields[missing])}`;
  }
  const name = error.instancePath.slice(1);
  return `${name}: got ${JSON.stringify(error.data)}, expects ${expectedOf(fields[name])}`;
}

function schemaOf(kind: FaultKind): object {
  return {
    type: 'object',
    properties: { kind: { const: kind.kind }, ...fieldsOfKind(kind) },
    required: ['kind', ...kind.required],
    additionalProperties: false,
  };
}

function kindOf(value: unknown): FaultKind {
  const names = [...faultKinds.keys()].join(', ');
  const shown = (given: unknown) => (given === undefined ? 'nothing' : JSON.stringify(given));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FaultError([`got ${shown(value)}, expects an object with "kind": one of ${names}`]);
  }
  const { kind } = value as { kind?: unknown };
  const known = typeof kind === 'string' ? faultKinds.get(kind) : undefined;
  if (known) return known;
  throw new FaultError([`kind: got ${shown(kind)}, expects one of ${names}`]);
}

const ajv = new Ajv({ strict: true, allErrors: true, verbose: true });
const compiled = new Map<string, ValidateFunction>();

/** Reads a fault; throws a FaultError with everything that is wrong. */
export function parseFault(value: unknown): Fault {
  const kind = kindOf(value);
  const validate = compiled.get(kind.kind) ?? ajv.compile(schemaOf(kind));
  compiled.set(kind.kind, validate);
  if (validate(value)) return value as Fault;
  throw new FaultError((validate.errors ?? []).map((error) => describe(error, kind)));
}

/** Reads faults by name, and lists every problem with its path. */
export function parseFaults(given: object): { faults: Record<string, Fault>; problems: string[] } {
  const faults: Record<string, Fault> = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    try {
      faults[name] = parseFault(value);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      problems.push(...error.problems.map((problem) => `faults.${name}.${problem}`));
    }
  }
  return { faults, problems };
}
