/** A value that means nothing where it stands. */
export interface WrongValue {
  /** As people write it: "spec.loadBalancer.l4Listeners[0].port". */
  readonly path: string;
  readonly value: unknown;
  /** What may stand there, after "write". */
  readonly allowed: string;
}

/** One object of a spec that nobody has checked. Its readers note what is wrong, and leave out what they note. */
export interface Block {
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Of the whole spec; readers add to it. */
  readonly wrong: WrongValue[];
}

/** undefined: it is not set, or wrong. */
export function integerIn(block: Block, name: string, least: number, most: number): number | undefined {
  const isAllowed = (value: unknown) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
  return valueIn(block, name, isAllowed, `a whole number from ${least} to ${most}`) as number | undefined;
}

export function booleanIn(block: Block, name: string): boolean | undefined {
  return valueIn(block, name, (value) => typeof value === 'boolean', 'true or false') as boolean | undefined;
}

export function oneOfIn<T extends string | number>(block: Block, name: string, values: readonly T[]): T | undefined {
  const isAllowed = (value: unknown) => values.some((one) => one === value);
  return valueIn(block, name, isAllowed, `one of ${values.join(', ')}`) as T | undefined;
}

/** `allowed` says in words what the pattern takes. */
export function textIn(block: Block, name: string, pattern: RegExp, allowed: string): string | undefined {
  const isAllowed = (value: unknown) => typeof value === 'string' && pattern.test(value);
  return valueIn(block, name, isAllowed, allowed) as string | undefined;
}

export function blockIn(block: Block, name: string): Block | undefined {
  const fields = valueIn(block, name, isRecord, 'an object');
  return fields === undefined ? undefined : { ...block, path: `${block.path}.${name}`, fields: fields as Fields };
}

export function blocksIn(block: Block, name: string): readonly Block[] {
  const items = (valueIn(block, name, Array.isArray, 'a list') ?? []) as readonly unknown[];
  return items.flatMap((fields, at) => {
    const path = `${block.path}.${name}[${at}]`;
    if (isRecord(fields)) return [{ ...block, path, fields }];
    block.wrong.push({ path, value: fields, allowed: 'an object' });
    return [];
  });
}

/** Whether a field that is required is there; notes it if not. */
export function requireIn(block: Block, name: string, allowed: string): void {
  if (isUnset(block.fields[name])) block.wrong.push({ path: `${block.path}.${name}`, value: undefined, allowed });
}

/** Paths of fields that nobody reads, because they are misspelt, or not for us. */
export function fieldsBeside(block: Block, known: readonly string[]): readonly string[] {
  const names = Object.keys(block.fields).filter((name) => !known.includes(name) && !isUnset(block.fields[name]));
  return names.map((name) => `${block.path}.${name}`);
}

type Fields = Block['fields'];

function valueIn(block: Block, name: string, isAllowed: (value: unknown) => boolean, allowed: string): unknown {
  const value = Object.hasOwn(block.fields, name) ? block.fields[name] : undefined;
  if (isUnset(value)) return undefined;
  if (isAllowed(value)) return value;
  block.wrong.push({ path: `${block.path}.${name}`, value, allowed });
  return undefined;
}

/** As in YAML, null is not set. */
export function isUnset(value: unknown): boolean {
  return value === undefined || value === null;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
