import { expect, test } from '@jest/globals';
import { knownAnnotations } from '@clb-direct/controller/core/sources/service/known-annotations.ts';
import { annotation, writtenByControllers } from '@clb-direct/shared/domain/names.ts';
import { quotedIn, readTable } from './read-table.ts';

const rows = readTable('compatibility.md', '## Annotations of Services');

test('docs/compatibility.md says of each annotation what the program does, in the same words, and of no other.', () => {
  const known = Object.entries(knownAnnotations).map(([name, { support, note }]) => [name, support, note]);
  expect(rows.map(([name = '', ...cells]) => [...quotedIn(name), ...cells])).toEqual(known);
});

test('What controllers write is known as that, and nothing else is.', () => {
  const written = Object.keys(knownAnnotations).filter((name) => knownAnnotations[name]?.support === 'written');
  expect(written.toSorted()).toEqual(writtenByControllers.toSorted());
});

test('Every annotation of a Service that the program reads is known.', () => {
  const ofServices = Object.values(annotation).filter((name) =>
    /^service\.|^clb-direct\.io\/(mode|managed)$/.test(name),
  );
  expect(ofServices.filter((name) => !Object.hasOwn(knownAnnotations, name))).toEqual([]);
});
