/** Text that may go into a page as it is. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | readonly Html[];

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string) => text.replace(/[&<>"']/g, (letter) => escapes[letter] ?? '');

function markupOf(value: Value): string {
  if (typeof value === 'object') return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
  return escape(String(value));
}

/** A piece of a page: what is put into it is escaped unless it is a piece itself. Attributes must be quoted. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const markup = parts.map((part, index) => (index === 0 ? part : markupOf(values[index - 1] ?? '') + part));
  return { markup: markup.join('') };
}

/** Nothing. */
export const nothing: Html = { markup: '' };

/** UTC, as the API writes it, with milliseconds. */
export const timeOf = (ms: number) => new Date(ms).toISOString().slice(11, 23);
