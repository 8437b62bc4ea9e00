import { expect, test } from '@jest/globals';
import { fc } from '../../testing/fast-check.ts';
import { watchLines } from './watch-lines.ts';

async function* pieces(bytes: Buffer, cuts: readonly number[]) {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [i, from] of places.slice(0, -1).entries()) {
    await Promise.resolve();
    yield bytes.subarray(from, places[i + 1]);
  }
}

async function linesOf(bytes: Buffer, cuts: readonly number[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of watchLines(pieces(bytes, cuts))) lines.push(line);
  return lines;
}

test('lines come out whole wherever the stream is cut, even inside a character', async () => {
  const line = fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => JSON.stringify(text));
  const property = fc.asyncProperty(fc.array(line), fc.array(fc.nat()), async (lines, cuts) => {
    const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
    expect(await linesOf(bytes, cuts)).toEqual(lines);
  });
  await fc.assert(property);
});

test('a line of several megabytes in small chunks takes no quadratic time', async () => {
  const bytes = Buffer.from(`${'ä'.repeat(4_000_000)}\n{}\n`);
  const cuts = Array.from({ length: 500 }, (_, i) => i * 16_384);
  const lines = await linesOf(bytes, cuts);
  expect(lines.map((text) => text.length)).toEqual([4_000_000, 2]);
});

test('a last line without its end is given too, and empty lines are not', async () => {
  expect(await linesOf(Buffer.from('\n{"a":1}\n\n{"b"'), [])).toEqual(['{"a":1}', '{"b"']);
});
