import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { readSdk } from './read-sdk.ts';
import { renderDefinitions } from './render-definitions.ts';

test('the definitions are those of the SDK that is installed; else run `npm run definitions -w emulator`', async () => {
  const written = await readFile(new URL('sdk-definitions.ts', import.meta.url), 'utf8');
  expect(written).toBe(renderDefinitions(await readSdk()));
});
