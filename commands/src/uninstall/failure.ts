/** What an uninstall could not do. */
export interface Failure {
  /** Identifies the object: the path of a `Part`, the key of a `Release`. */
  readonly key: string;
  /** Which object, and why. */
  readonly message: string;
}

export function failureOf({ key, what }: { readonly key: string; readonly what: string }, error: unknown): Failure {
  return { key, message: `${what}: ${error instanceof Error ? error.message : String(error)}` };
}
