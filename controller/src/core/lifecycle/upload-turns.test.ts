import { expect, test } from '@jest/globals';
import { nextUploads } from './upload-turns.ts';

const wanted = (namespace: string, count: number) =>
  Array.from({ length: count }, (_, at) => {
    const secret = { kind: 'Secret', namespace, name: `s${at}` } as const;
    return { secret, fingerprint: `${namespace}-${at}`, notBeforeMs: 0, notAfterMs: 1 };
  });
const next = (...counts: readonly number[]) =>
  nextUploads(counts.flatMap((count, at) => wanted(`n${at}`, count))).map(({ fingerprint }) => fingerprint);

test('Namespaces take turns with their uploads.', () => {
  expect(next(3, 1, 2)).toEqual(['n0-0', 'n1-0', 'n2-0', 'n0-1', 'n2-1', 'n0-2']);
});

test('Of one namespace a few are uploaded in one round.', () => {
  expect(next(200, 1)).toHaveLength(9);
  expect(next()).toEqual([]);
});
