import { fieldsOf, type Definitions, type Field } from './definitions.ts';

/** Null in the official samples, although the type's comment does not say so (docs of DescribeTargets). */
const nullInSamples = new Set(['ListenerBackend.Rules', 'ListenerBackend.Targets', 'RuleTargets.FunctionTargets']);

const scalars: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
};

function valueMisfits(definitions: Definitions, type: string, value: unknown, path: string): string[] {
  const fits = scalars[type];
  if (fits) return fits(value) ? [] : [`${path} is ${JSON.stringify(value)}, not of type ${type}`];
  if (typeof value !== 'object' || value === null) return [`${path} is ${JSON.stringify(value)}, not a ${type}`];
  return structureMisfits(definitions, type, value as Record<string, unknown>, path);
}

function fieldMisfits(definitions: Definitions, field: Field, owner: string, at: { value: unknown; path: string }) {
  const { value, path } = at;
  if (value === undefined) return [`${path} is missing`];
  if (value === null) return field.isNullable || nullInSamples.has(`${owner}.${field.name}`) ? [] : [`${path} is null`];
  if (!field.isList) return valueMisfits(definitions, field.type, value, path);
  if (!Array.isArray(value)) return [`${path} is no list`];
  return value.flatMap((item, index) => valueMisfits(definitions, field.type, item, `${path}.${index}`));
}

function structureMisfits(
  definitions: Definitions,
  name: string,
  value: Record<string, unknown>,
  path: string,
): string[] {
  const fields = fieldsOf(definitions, name);
  const known = new Set(fields.map((field) => field.name));
  const unknown = Object.keys(value).filter((key) => !known.has(key));
  return [
    ...unknown.map((key) => `${path}.${key} is no field of ${name}`),
    ...fields
      .filter((field) => `${name}.${field.name}` !== 'LoadBalancer.TargetCount')
      .flatMap((field) =>
        fieldMisfits(definitions, field, name, { value: value[field.name], path: `${path}.${field.name}` }),
      ),
  ];
}

/** Where a response differs from the SDK's definition of it: fields that are missing, unknown or of another type. */
export function responseMisfits(definitions: Definitions, action: string, response: object): string[] {
  return structureMisfits(definitions, `${action}Response`, response as Record<string, unknown>, action);
}
