import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { temporaryFolder } from './temporary-folder.ts';

let folder = '';
afterAll(() => {
  expect(existsSync(folder)).toBe(false);
});

test('A temporary folder stands during a test, and is gone after the last one with what is in it.', () => {
  folder = temporaryFolder('temporary-folder');
  writeFileSync(join(folder, 'file'), 'text');
  expect(existsSync(folder)).toBe(true);
});
