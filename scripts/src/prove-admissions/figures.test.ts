import { expect, test } from '@jest/globals';
import { addUp, readRuns, tableOf } from './figures.ts';

const run = (policy: string, name: string, asked: number, failed: number) => ({
  name,
  policy,
  seconds: 1,
  lost: failed,
  figures: { asked, created: asked - failed, failed, failedOpen: 0, ungated: 0, unregistered: 0, blind: 0 },
});

const text = [run('Fail', 'b', 10, 0), run('Fail', 'a', 20, 2), run('Ignore', 'b', 5, 0), run('Fail', 'b', 11, 1)]
  .map((each) => `${JSON.stringify(each)}\n`)
  .join('');

test('The runs of a case add up by policy, in the order in which they were met.', () => {
  const totals = addUp(readRuns(text)).map(({ policy, name, runs, asked, lost }) => [policy, name, runs, asked, lost]);
  expect(totals).toEqual([
    ['Fail', 'b', 2, 21, 1],
    ['Fail', 'a', 1, 20, 2],
    ['Ignore', 'b', 1, 5, 0],
  ]);
});

test('The table has one line a case below its heading, with columns that stand under each other.', () => {
  const [heading = '', ...lines] = tableOf(addUp(readRuns(text)));
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toHaveLength(heading.length);
});
