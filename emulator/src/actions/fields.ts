import type { Schema } from '../api/parameters.ts';

/** Short words for the JSON Schemas of requests. */
export const text = (maxLength?: number): Schema => ({ type: 'string', ...(maxLength ? { maxLength } : {}) });
export const integer = (minimum?: number, maximum?: number): Schema => ({
  type: 'integer',
  ...(minimum === undefined ? {} : { minimum }),
  ...(maximum === undefined ? {} : { maximum }),
});
export const flag: Schema = { type: 'boolean' };
export const oneOf = (...values: (string | number)[]): Schema => ({ enum: values });
export const listOf = (items: Schema, maxItems?: number, minItems?: number): Schema => ({
  type: 'array',
  items,
  ...(maxItems ? { maxItems } : {}),
  ...(minItems ? { minItems } : {}),
});
/** A structure that the emulator takes and does nothing with. */
export const anything: Schema = { type: 'object' };
export const fields = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

export const port = integer(1, 65535);
export const weight = integer(0, 100);

/** Target and BatchTarget share these; Weight is 10 when it is left out. */
export const targetFields = { Port: port, InstanceId: text(), EniIp: text(), Weight: weight, Tag: text(256) };
export const filters = listOf(fields({ Name: text(), Values: listOf(text(), 100) }, ['Name', 'Values']), 10);
