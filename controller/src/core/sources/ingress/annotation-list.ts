/** A list that people write as JSON into an annotation. */
export interface AnnotationList {
  readonly items: readonly unknown[];
  /** Set where the whole text is no list: what is wrong, and what to write. */
  readonly problem?: string;
}

/** Of a text that nobody has to read further. */
const most = { letters: 20_000, items: 100 } as const;

/** TKE's console writes "null" for an empty list. `example` is what a list may look like. */
export function listIn(text: string | undefined, example: string): AnnotationList {
  const given = text?.trim() ?? '';
  if (given === '' || given === 'null') return { items: [] };
  const items = given.length > most.letters ? undefined : parsed(given);
  if (items === undefined) return { items: [], problem: `it is no JSON list; write ${example}` };
  if (items.length <= most.items) return { items };
  return { items: [], problem: `it has ${items.length} elements; write at most ${most.items}` };
}

function parsed(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
  } catch {
    return undefined;
  }
}
