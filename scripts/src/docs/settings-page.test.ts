import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { definitions as controller } from '@clb-direct/controller/settings.ts';
import { programSettings } from '@clb-direct/shared/runtime/program.ts';
import { integer, oneOf, text } from '@clb-direct/shared/runtime/settings.ts';
import { webhookSettings as webhook } from '@clb-direct/webhook/settings.ts';
import { settingRow, settingsPage } from './settings-page.ts';

const page = () => readFileSync(resolve(import.meta.dirname, '../../../docs/settings.md'), 'utf8');

test('docs/settings.md is what `npm run docs` writes.', () => {
  expect(page()).toBe(settingsPage());
});

test('It has each setting of both programs once.', () => {
  const names = [...page().matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  const wanted = new Set(Object.keys({ ...programSettings, ...controller, ...webhook }));
  expect(names.toSorted()).toEqual([...wanted].toSorted());
});

test.each([
  [
    'a time has its default in words too',
    'WAIT_MS',
    integer({ min: 0, max: 9, default: 90_000, help: 'how long' }),
    '| `WAIT_MS` | number | `90000` (90 s) | a whole number from 0 to 9 | how long |',
  ],
  [
    'no time at all is 0 ms',
    'WAIT_MS',
    integer({ min: 0, max: 9, default: 0, help: 'how long' }),
    '| `WAIT_MS` | number | `0` (0 ms) | a whole number from 0 to 9 | how long |',
  ],
  [
    'one without a default is required, with an example',
    'REGION',
    text({ example: 'a|b', help: 'a <b> for REGION_ID' }),
    '| `REGION` | text | required | a text, for example `a\\|b` | a \\<b\\> for REGION\\_ID |',
  ],
  [
    'a secret is not shown',
    'KEY',
    text({ example: 'x', secret: true, default: 'hidden', help: 'key' }),
    '| `KEY` | text | empty | a text | key |',
  ],
  [
    'words are listed',
    'POLICY',
    oneOf(['hold', 'open'], { default: 'hold', help: 'what' }),
    '| `POLICY` | word | `hold` | one of hold, open | what |',
  ],
])('In a row %s.', (_, name, setting, row) => {
  expect(settingRow(name, setting)).toBe(row);
});
