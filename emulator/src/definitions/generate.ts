import { writeFile } from 'node:fs/promises';
import { readSdk } from './read-sdk.ts';
import { renderDefinitions } from './render-definitions.ts';

await writeFile(new URL('sdk-definitions.ts', import.meta.url), renderDefinitions(await readSdk()));
