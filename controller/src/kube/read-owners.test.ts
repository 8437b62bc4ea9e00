import { expect, test } from '@jest/globals';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { RelatedObjects } from '../core/model/related-objects.ts';
import { ReadOwners } from './read-owners.ts';
import type { WatchedSource } from './watched-sources.ts';

/** Of owners that are read unless they are broken. */
const source: WatchedSource<{ key: string }> = {
  kind: 'Service',
  name: 'services',
  path: '/services',
  toFacts: () => undefined,
  read: ({ key }) => {
    if (broken.has(key)) throw new RangeError('Maximum call stack size exceeded');
    return { key } as OwnerView;
  },
};
const broken = new Set<string>();

test('An owner that cannot be read keeps its last view, with one line in the log, and the others are read.', () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ program: 'test', level: 'warn', destination });
  const put: (string | undefined)[] = [];
  const related = {} as RelatedObjects;
  const owners = new ReadOwners({ related, put: (key, now) => put.push(`${key} ${now?.key}`), log });
  for (const name of ['a/web', 'b/web']) owners.take(source, name, { key: name });
  broken.add('a/web');
  for (let change = 0; change < 3; change += 1) {
    for (const key of ['Service/a/web', 'Service/b/web']) owners.readAgain(key);
  }
  const [first, ...others] = put;
  expect(first).toBe('Service/a/web a/web');
  expect(others).toEqual(Array.from({ length: 4 }, () => 'Service/b/web b/web'));
  expect(lines).toEqual([expect.stringContaining('Service/a/web')]);
  broken.delete('a/web');
  owners.readAgain('Service/a/web');
  expect(put.at(-1)).toBe('Service/a/web a/web');
});
