import { expect, test } from '@jest/globals';
import { glob, readFile } from 'node:fs/promises';
import { errorCodes, renderErrorCodes } from './error-codes.ts';

test('docs/emulator-errors.md lists every code that the emulator sends', async () => {
  const page = await readFile(new URL('../../../docs/emulator-errors.md', import.meta.url), 'utf8');
  expect(page).toContain(renderErrorCodes());
});

test('every code of the list is sent somewhere', async () => {
  const sources: string[] = [];
  const cwd = new URL('..', import.meta.url);
  for await (const path of glob('**/*.ts', { cwd })) {
    if (path.endsWith('.test.ts') || path.endsWith('error-codes.ts')) continue;
    sources.push(await readFile(new URL(path, cwd), 'utf8'));
  }
  const all = sources.join('');
  expect(Object.keys(errorCodes).filter((code) => !all.includes(`'${code}'`))).toEqual([]);
});
