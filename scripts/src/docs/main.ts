/** Writes the pages of docs/ that are made from code: npm run docs. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { settingsPage } from './settings-page.ts';

writeFileSync(resolve(import.meta.dirname, '../../../docs/settings.md'), settingsPage());
