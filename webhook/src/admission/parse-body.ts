import { refusal } from './refusal.ts';

/**
 * Objects and lists in one body. A body that is all brackets takes 40 times its size in memory once parsed: one of 7
 * MiB would end the process. A pod of 3 MB has a few thousand, and more than this only if its author wants that.
 */
const mostBrackets = 100_000;

/** A review with more objects and lists than are parsed: all that is known of it. */
export class Unparsed {
  readonly uid: string;
  constructor(uid: string) {
    this.uid = uid;
  }
}

export function tooManyBrackets() {
  return refusal(400, `The body has more than ${mostBrackets} brackets; send an AdmissionReview.`);
}

/** Parses a body. `__proto__` becomes a plain field, and only fields that an object owns are read later. */
export function parseBody(body: string): unknown {
  if (body.length > mostBrackets && countBrackets(body) > mostBrackets) return unparsed(body);
  try {
    return JSON.parse(body);
  } catch {
    // The parser's own message quotes the body.
    throw refusal(400, 'The body is not JSON; send an AdmissionReview.');
  }
}

/** Those in texts are none. What is no JSON is miscounted, from where the parser stops. */
function countBrackets(body: string): number {
  let count = 0;
  let inText = false;
  for (let at = 0; at < body.length; at += 1) {
    const code = body.charCodeAt(at);
    if (code === quote) inText = !inText;
    else if (inText && code === backslash) at += 1;
    else if (!inText && (code === 0x5b || code === 0x7b)) count += 1;
  }
  return count;
}

const [quote, backslash] = [0x22, 0x5c];

/** An API server writes the uid before anything that a user wrote. */
function unparsed(body: string): Unparsed {
  const [, uid] = /"request":\{"uid":"([\w-]{1,64})"/.exec(body.slice(0, 256)) ?? [];
  if (uid === undefined) throw tooManyBrackets();
  return new Unparsed(uid);
}
