import { sdkDefinitions } from './sdk-definitions.ts';

/** One field of a structure of the API. */
export interface Field {
  name: string;
  /** string, integer, boolean or the name of a structure. */
  type: string;
  isList: boolean;
  isOptional: boolean;
  /** The API may answer null. */
  isNullable: boolean;
}

/** The structures of the API by their name. */
export type Definitions = ReadonlyMap<string, readonly Field[]>;

function parseField(text: string): Field {
  const [, name = '', optional, type = '', list, orNull] = /^(\w+)(\?)?:(\w+)(\[\])?(\|null)?$/.exec(text) ?? [];
  return {
    name,
    type,
    isList: list !== undefined,
    isOptional: optional !== undefined,
    isNullable: orNull !== undefined,
  };
}

/** The definitions that were taken from the SDK. */
export const definitions: Definitions = new Map(
  sdkDefinitions
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', ...fields] = line.split(' ');
      return [name, fields.map(parseField)];
    }),
);

/** The fields of a structure; throws for a name that is not defined. */
export function fieldsOf(definitions: Definitions, name: string): readonly Field[] {
  const fields = definitions.get(name);
  if (!fields) throw new Error(`no definition of ${name}`);
  return fields;
}
