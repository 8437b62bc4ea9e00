import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { renderErrorCodes } from './error-codes.ts';

test('docs/emulator-errors.md lists every code that the emulator sends', async () => {
  const page = await readFile(new URL('../../../docs/emulator-errors.md', import.meta.url), 'utf8');
  expect(page).toContain(renderErrorCodes());
});
