import { describe, expect, test } from '@jest/globals';
import { fc } from '../testing/fast-check.ts';
import { safeJson, safeText } from './safe-text.ts';

describe('a text of others', () => {
  test.each([
    ['newlines and tabs', 'a\r\nb\tc', String.raw`a\r\nb\tc`],
    ['an escape sequence of terminals', '\u001b[2Jgone', String.raw`\u001b[2Jgone`],
    ['DEL and C1 controls', '\u007f\u009b', String.raw`\u007f\u009b`],
    ['an override of the writing direction', 'a\u202eb\u2066', String.raw`a\u202eb\u2066`],
    ['separators and zero-width characters', '\u2028\u2029\u200b\ufeff', String.raw`\u2028\u2029\u200b\ufeff`],
    ['half of a surrogate pair', '\ud83d', String.raw`\ud83d`],
    ['an invisible tag', '\u{e0041}', String.raw`\u{e0041}`],
    ['nothing of all that', 'lb-a1b2 "quoted" 负载均衡 🚀', 'lb-a1b2 "quoted" 负载均衡 🚀'],
  ])('with %s', (_, text, safe) => {
    expect(safeText(text)).toBe(safe);
  });

  test('that is too long ends with an ellipsis, within the bound', () => {
    expect(safeText('a'.repeat(100))).toBe('a'.repeat(100));
    expect(safeText('a'.repeat(100_000))).toBe(`${'a'.repeat(99)}…`);
    expect(safeText('abcdef', 4)).toBe('abc…');
  });

  test.each([
    ['an escape', 'ab\u001bc', 'ab…'],
    ['a surrogate pair', 'abcd🚀e', 'abcd…'],
    ['a long escape', 'a\u{e0041}', 'a…'],
  ])('is not cut within %s', (_, text, safe) => {
    expect(safeText(text, 6)).toBe(safe);
  });
});

const acting = ['\u0085', '\u00ad', '\u2028', '\u2029', '\u202e', '\u{e0041}'];

/** Any code point, as the unit "binary" of fast-check, which takes seconds to list them all; often one that acts. */
const unit = fc.oneof(
  fc.constantFrom(...acting),
  fc.integer({ min: 0, max: 0xd7ff }).map((code) => String.fromCodePoint(code)),
  fc.integer({ min: 0xe000, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
);

test('Any text becomes one printable line within the bound, and a safe text stays as it is.', () => {
  const texts = fc.oneof(fc.string(), fc.string({ unit }), fc.string({ unit, minLength: 90, maxLength: 200 }));
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 150 }), (text, longest) => {
      const safe = safeText(text, longest);
      expect(safe.length).toBeLessThanOrEqual(longest);
      expect(safe).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(safeText(safe, longest)).toBe(safe);
    }),
  );
});

test('Any value as JSON is read back unchanged, and no character of it acts on a terminal but its line ends.', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.string({ unit }))), (texts) => {
      const json = safeJson({ texts, hostile: '\u009b2Jgone\u202e\u{e0041}\n' });
      expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(JSON.parse(json)).toEqual({ texts, hostile: '\u009b2Jgone\u202e\u{e0041}\n' });
    }),
  );
});
