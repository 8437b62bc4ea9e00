import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { ComponentExit, Report } from './report.ts';
import { addExit, exitsAfter, readReport, writeReport } from './report.ts';

const fresh: Report = { phase: 'ready', step: 'ready', exitCount: 0, exits: [] };
const exit = (component: string): ComponentExit => ({ component, how: 'code 1', at: '', log: '', lastLines: [] });
const names = (exits: ComponentExit[]) => exits.map(({ component }) => component);

test('an accident is reported once to a reader that keeps count', () => {
  const one = addExit(fresh, exit('a'));
  expect(names(exitsAfter(one, 0))).toEqual(['a']);
  expect(exitsAfter(one, 1)).toEqual([]);
  expect(names(exitsAfter(addExit(one, exit('b')), 1))).toEqual(['b']);
});

test('of very many accidents the latest are kept, and new ones are still reported', () => {
  const many = Array.from({ length: 50 }, (_, index) => exit(String(index))).reduce(addExit, fresh);
  expect(many.exits).toHaveLength(20);
  expect(names(exitsAfter(many, 49))).toEqual(['49']);
  expect(exitsAfter(many, 0)).toHaveLength(20);
});

test('a report is read as it was written, and one that is not there or broken is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  const path = join(folder, 'report.json');
  expect(readReport(path)).toBeUndefined();
  writeReport(path, fresh);
  expect(readReport(path)).toEqual(fresh);
  writeFileSync(path, '{"phase"');
  expect(readReport(path)).toBeUndefined();
  rmSync(folder, { recursive: true });
});
