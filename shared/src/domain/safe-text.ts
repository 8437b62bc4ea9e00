/**
 * Characters that act on a terminal or a page instead of being shown: controls (Cc), format characters such as the bidi
 * overrides (Cf), line and paragraph separators (Zl, Zp), and halves of surrogate pairs (Cs).
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const shortEscapes: Readonly<Record<string, string>> = {
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
};

/** Ends in the middle of an escape or of a surrogate pair. */
const brokenEnd = /(?:\\(?:u[\da-f]{0,3}|u\{[\da-f]*)?|[\ud800-\udbff])$/;

/** One value within a message: an annotation, a name, what an API answered. */
const longestValue = 100;

/** A whole message. An Event takes 1,024 characters; the gate's condition is bounded alike, as it is an event too. */
export const longestMessage = 1_000;

/** What would be done, step by step, where there is room: in the condition of an owner, and what a command prints. */
export const longestPlan = 8_000;

/**
 * The text on one line and with at most `longest` characters: what is not printable is escaped as in JSON, and what is
 * too long ends with "…". For every text that others wrote, before it goes into a message, an event, a condition, a log
 * line or the output of a command. A text that is safe stays as it is.
 */
export function safeText(text: string, longest = longestValue): string {
  // Only what can be shown is escaped: a text may have megabytes.
  const escaped = text.slice(0, longest + 1).replaceAll(unprintable, escape);
  if (text.length <= longest && escaped.length <= longest) return escaped;
  return `${escaped.slice(0, longest - 1).replace(brokenEnd, '')}…`;
}

function escape(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return shortEscapes[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`);
}

/**
 * JSON of a value for people and programs, over several lines: as a program reads it the value is unchanged, and a
 * terminal acts on nothing in it. JSON alone escapes the controls below U+0020, and neither C1 controls nor bidi marks.
 */
export function safeJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll(unprintable, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, at) => unitOf(character, at)).join(''),
  );
}

/** JSON has no escape for a whole character beyond U+FFFF, only for its two halves. */
function unitOf(character: string, at: number): string {
  return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
}
