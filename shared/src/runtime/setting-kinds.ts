import type { Setting } from './setting.ts';

interface Common<T> {
  readonly help: string;
  /** Used when the variable is absent or empty; without it the setting must be given. */
  readonly default?: T;
}

/** Any text, or a text of a certain form. */
export function text(
  options: Common<string> & { pattern?: RegExp; expects?: string; example: string; secret?: boolean },
): Setting<string> {
  const { pattern } = options;
  return {
    ...base(options),
    kind: 'text',
    expects: options.expects ?? (pattern === undefined ? 'a text' : `a text like ${pattern.source}`),
    example: options.example,
    secret: options.secret ?? false,
    parse: (given) => (given !== '' && (pattern?.test(given) ?? true) ? given : undefined),
    show: (value) => value,
  };
}

/** A whole number between two bounds. */
export function integer(options: Common<number> & { min: number; max: number }): Setting<number> {
  return {
    ...base(options),
    kind: 'number',
    expects: `a whole number from ${options.min} to ${options.max}`,
    example: String(options.default ?? options.min),
    parse: (given) => wholeNumber(given, options),
    show: String,
  };
}

/** One word out of a fixed list. */
export function oneOf<const T extends string>(words: readonly T[], options: Common<NoInfer<T>>): Setting<T> {
  return {
    ...base(options),
    kind: 'word',
    expects: `one of ${words.join(', ')}`,
    example: options.default ?? words[0] ?? '',
    parse: (given) => words.find((word) => word === given),
    show: (value) => value,
  };
}

/** true or false. */
export function flag(options: Common<boolean>): Setting<boolean> {
  return {
    ...base(options),
    kind: 'flag',
    expects: 'true or false',
    example: String(options.default ?? true),
    parse: (given) =>
      new Map([
        ['true', true],
        ['false', false],
      ]).get(given),
    show: String,
  };
}

/** Texts with commas between them; an empty text is an empty list. */
export function list(
  options: Common<readonly string[]> & { pattern?: RegExp; expects?: string; example: string },
): Setting<readonly string[]> {
  const { pattern } = options;
  return {
    ...base(options),
    kind: 'list',
    expects:
      options.expects ??
      `texts with commas between them${pattern === undefined ? '' : `, each like ${pattern.source}`}`,
    example: options.example,
    emptyCounts: true,
    parse: (given) => listOf(given, pattern),
    show: (value) => value.join(','),
  };
}

function base<T>(options: Common<T>) {
  const fallback = options.default === undefined ? {} : { fallback: options.default };
  return { help: options.help, secret: false, emptyCounts: false, ...fallback };
}

function wholeNumber(given: string, { min, max }: { min: number; max: number }): number | undefined {
  const value = /^-?\d+$/.test(given) ? Number(given) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

function listOf(given: string, pattern: RegExp | undefined): readonly string[] | undefined {
  const items = given
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.every((item) => pattern?.test(item) ?? true) ? items : undefined;
}
