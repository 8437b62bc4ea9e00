import { refusal } from './refusal.ts';

/**
 * Objects and lists in one body. A body that is all brackets takes 40 times its size in memory once parsed: one of 7
 * MiB would end the process. A pod of 3 MB has a few thousand, and tens of thousands if its annotations hold JSON.
 */
const mostBrackets = 100_000;

/** Parses a body. `__proto__` becomes a plain field, and only fields that an object owns are read later. */
export function parseBody(body: string): unknown {
  if (body.length > mostBrackets && countBrackets(body) > mostBrackets) {
    throw refusal(400, `The body has more than ${mostBrackets} brackets; send an AdmissionReview.`);
  }
  try {
    return JSON.parse(body);
  } catch {
    // The parser's own message quotes the body.
    throw refusal(400, 'The body is not JSON; send an AdmissionReview.');
  }
}

/** Those in texts are counted too: telling them apart would need a parser. */
function countBrackets(body: string): number {
  let count = 0;
  for (let at = 0; at < body.length; at += 1) {
    const code = body.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) count += 1;
  }
  return count;
}
