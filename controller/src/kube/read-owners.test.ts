import { afterEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { RelatedObjects } from '../core/model/related-objects.ts';
import { ownedIntent } from '../core/lifecycle/judge-owned.ts';
import { scopeOf } from '../core/plan/scope.ts';
import { ownerFindings } from '../core/findings/owner-findings.ts';
import { clbId } from '../testing/builders.ts';
import type { SourceFacts } from './bare-owner.ts';
import { OwnersWithRecords } from './owners-with-records.ts';
import { ReadOwners } from './read-owners.ts';
import { unreadFacts, type UnreadFacts } from './unread-facts.ts';
import type { WatchedSource } from './watched-sources.ts';

interface Facts extends SourceFacts {
  readonly key: string;
}

const factsOf = (key: string): Facts => {
  const [namespace = '', name = ''] = key.split('/');
  const written = { hasFinalizer: true, recordedLoadBalancers: [clbId], shownInUse: undefined };
  return { key, uid: `uid-${namespace}`, namespace, name, createdAtMs: 0, ...written };
};

/** Of owners that are read unless they are broken. */
const source: WatchedSource<Facts> = {
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
afterEach(() => broken.clear());

test('An owner that cannot be read keeps its last view, with one line in the log, and the others are read.', () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ program: 'test', level: 'warn', destination });
  const put: (string | undefined)[] = [];
  const related = {} as RelatedObjects;
  const owners = new ReadOwners({ related, put: (key, now) => put.push(`${key} ${now?.key}`), log });
  for (const name of ['a/web', 'b/web']) owners.take(source, name, factsOf(name));
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

describe('An owner that cannot be read after a start', () => {
  const key = 'Service/a/web';
  const owner = { kind: 'Service', namespace: 'a', name: 'web', uid: 'uid-a' } as const;
  const entry = { ...owner, recordedAtMs: 0, places: ['TCP/80'], releasedAtMs: undefined };
  const log = createLogger({ program: 'test', level: 'silent' });

  function startedWith(facts: Facts | UnreadFacts) {
    broken.add('a/web');
    const index = new OwnersWithRecords(() => undefined);
    const put = (of: string, now: OwnerView | undefined) => index.putOwner(of, now);
    const owners = new ReadOwners({ related: {} as RelatedObjects, put, log });
    owners.take(source, 'a/web', facts);
    return { index, owners };
  }

  const metadata = { namespace: 'a', name: 'web', uid: 'uid-a', finalizers: ['clb-direct.io/listeners'] };
  test.each<[string, Facts | UnreadFacts | undefined]>([
    ['as its fields', factsOf('a/web')],
    ['as JSON', unreadFacts({ metadata, spec: 'nonsense' }, 'some/annotation')],
  ])('%s keeps what a record says that it has, and its CLB.', (_, facts) => {
    const { index, owners } = startedWith(facts ?? factsOf('nobody'));
    index.putRecord(clbId, { balancerId: clbId, owners: [entry] });
    const scope = scopeOf(clbId, index.ownersOn(clbId), false, () => undefined);
    expect([...scope.releases]).toEqual([['uid-a', 'keep']]);
    const view = index.owner(key);
    const made = { owner } as never;
    expect([false, true].map((tkePresent) => ownedIntent(view, made, tkePresent))).toEqual(['leave', 'leave']);
    expect(view && ownerFindings(view, false)).toMatchObject([{ reason: 'ObjectUnreadable' }]);
    owners.take(source, 'a/web', undefined);
    const after = scopeOf(clbId, index.ownersOn(clbId), false, () => undefined);
    expect([...after.releases]).toEqual([['uid-a', 'now']]);
  });

  test('and has nothing on a CLB is none of our business.', () => {
    const { index } = startedWith({ ...factsOf('a/web'), hasFinalizer: false, recordedLoadBalancers: [] });
    const view = index.owner(key);
    expect([view?.mark, view && ownerFindings(view, false)]).toEqual(['not-ours', []]);
  });
});
