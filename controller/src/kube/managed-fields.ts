import type { V1ObjectMeta } from '@kubernetes/client-node';

type Managed = Pick<V1ObjectMeta, 'managedFields'>;

/**
 * Whether somebody wrote the field, by what the API server keeps; of one manager, or of any. What the API server
 * allocates by itself nobody wrote.
 */
export function isWritten({ managedFields }: Managed, path: readonly string[], by?: string): boolean {
  const entries = (managedFields ?? []).filter(({ manager }) => by === undefined || manager === by);
  return entries.some(({ fieldsV1 }) => path.reduce<unknown>(fieldOf, fieldsV1) !== undefined);
}

/** FieldsV1: a field is the key `f:` with its name, an item of a set the key `v:` with its value as JSON. */
function fieldOf(fields: unknown, name: string): unknown {
  return typeof fields === 'object' && fields !== null
    ? (fields as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
