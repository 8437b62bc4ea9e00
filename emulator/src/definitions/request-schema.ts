import { fieldsOf, type Definitions, type Field } from './definitions.ts';
import { limitOf, type Limit } from './limits.ts';

/** A JSON Schema of an action's request. */
export type Schema = Record<string, unknown>;

function single(definitions: Definitions, { type }: Field, limit: Limit): Schema {
  const [minimum, maximum] = limit.range ?? [];
  const [minLength, maxLength] = limit.length ?? [];
  if (type === 'string')
    return { type, ...defined({ minLength, maxLength, pattern: limit.pattern, enum: limit.values }) };
  if (type === 'integer') return { type, ...defined({ minimum, maximum, enum: limit.values }) };
  return type === 'boolean' ? { type } : structure(definitions, type);
}

function defined(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));
}

function property(definitions: Definitions, structureName: string, field: Field): Schema {
  const limit = limitOf(structureName, field.name);
  const one = single(definitions, field, limit);
  if (!field.isList) return one;
  const [minItems, maxItems] = limit.items ?? [];
  return { type: 'array', items: one, ...defined({ minItems, maxItems }) };
}

function structure(definitions: Definitions, name: string): Schema {
  const fields = fieldsOf(definitions, name);
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, property(definitions, name, field)])),
    required: fields.filter(({ isOptional }) => !isOptional).map((field) => field.name),
    additionalProperties: false,
  };
}

/** What an action takes: fields and types as the SDK defines them, ranges and lengths from our table. */
export function requestSchema(definitions: Definitions, action: string): Schema {
  return structure(definitions, `${action}Request`);
}
