import { fieldsOf, type Definitions, type Field } from './definitions.ts';

type Structure = Record<string, unknown>;

/** Fields that the API sends only to those who ask: DescribeLoadBalancers, AdditionalFields. */
const onRequest = new Set(['LoadBalancer.TargetCount']);

const zero: Record<string, unknown> = { string: '', integer: 0, boolean: false };

function absent(definitions: Definitions, { type, isList, isNullable }: Field): unknown {
  if (isNullable) return null;
  if (isList) return [];
  return type in zero ? zero[type] : complete(definitions, type, {});
}

function present(definitions: Definitions, { type, isList }: Field, value: unknown): unknown {
  if (type in zero || value === null || typeof value !== 'object') return value;
  if (!isList) return complete(definitions, type, value as Structure);
  return (value as Structure[]).map((item) => complete(definitions, type, item));
}

/** A loop and not a chain of lists: DescribeTargets comes through here with ten thousand targets. */
function complete(definitions: Definitions, name: string, given: Structure): Structure {
  const whole: Structure = {};
  for (const field of fieldsOf(definitions, name)) {
    const value = given[field.name];
    if (value !== undefined) whole[field.name] = present(definitions, field, value);
    else if (!onRequest.has(`${name}.${field.name}`)) whole[field.name] = absent(definitions, field);
  }
  return whole;
}

/**
 * The cloud sends every field of a structure, null or empty where it has nothing to say: actions name only what the
 * emulator knows, the rest is filled in here.
 */
export function completeResponse(definitions: Definitions, action: string, given: object): object {
  return complete(definitions, `${action}Response`, given as Structure);
}
