import { expect, test } from '@jest/globals';
import type { createReconcileLoops } from '../../reconcile-loop/reconcile-loops.ts';
import { followServerVersion } from './server-version.ts';

type Loop = Parameters<ReturnType<typeof createReconcileLoops>['run']>[0];

/** The versions that are read one after the other, a minute between them. */
async function minorAfter(versions: readonly Record<string, string>[], passedMs = 0): Promise<number | undefined> {
  const { signal } = new AbortController();
  let nowMs = 0;
  let loop: Loop | undefined;
  const left = [...versions];
  const api = {
    call: async <T>() => Promise.resolve(left.shift() as T),
    watch: none,
    close: async () => Promise.resolve(),
  };
  const run = async (started: Loop) => {
    loop = started;
    return Promise.resolve();
  };
  const version = followServerVersion({ api, loops: { run }, monotonicMs: () => nowMs, signal });
  while (left.length > 0) nowMs += (await loop?.reconcile(signal)) ?? 0;
  nowMs += passedMs;
  return version.minor();
}

function none(): never {
  throw new Error('Nothing is watched.');
}

const of = (minor: string) => ({ major: '1', minor });
const hourMs = 3_600_000;

test('Before it is read, the version is not known.', async () => {
  expect(await minorAfter([])).toBeUndefined();
});

test('A version of a distribution is read.', async () => {
  expect(await minorAfter([of('30+')])).toBe(30);
});

test('While API servers of two versions answer, the lower one counts, whichever answered last.', async () => {
  expect(await minorAfter([of('29'), of('30'), of('30')])).toBe(29);
});

test('A version that was not seen for an hour is gone.', async () => {
  const hour = Array.from({ length: 61 }, () => of('30'));
  expect(await minorAfter([of('29'), ...hour])).toBe(30);
});

test('The last one known counts while nothing can be read.', async () => {
  expect(await minorAfter([of('31')], 2 * hourMs)).toBe(31);
});

test.each([{}, { major: '2', minor: '0' }, { major: '1', minor: 'x' }])('%j is no version.', async (version) => {
  expect(await minorAfter([version])).toBeUndefined();
});
