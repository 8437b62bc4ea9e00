/** One setting: where its text comes from an environment variable, and what it becomes. */
export interface Setting<T> {
  readonly kind: string;
  readonly help: string;
  /** Absent means that the setting must be given. */
  readonly fallback?: T;
  /** What a value must look like, as the end of a sentence. */
  readonly expects: string;
  readonly example: string;
  /** A secret's value is never shown, neither in problems nor in help. */
  readonly secret: boolean;
  /** True where an empty text is a value of its own and not the same as nothing. */
  readonly emptyCounts: boolean;
  parse(text: string): T | undefined;
  /** Which part of a long text is wrong. */
  problemOf?(text: string): string | undefined;
  show(value: T): string;
}

export type Definitions = Readonly<Record<string, Setting<unknown>>>;
