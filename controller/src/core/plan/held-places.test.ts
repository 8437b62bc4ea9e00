import { expect, test } from '@jest/globals';
import { aListener, anObserved, anOwner, webOwner } from '../../testing/builders.ts';
import { heldPlaces, recordedPlaces, type HeldPlace } from './held-places.ts';

const web = anOwner({ createdAtMs: 5 });
const standing = anObserved({ listeners: [aListener()] });
const empty = anObserved();

function held(before: readonly HeldPlace[], nowMs: number, observed = empty, owners = [web]): readonly HeldPlace[] {
  return heldPlaces(before, observed, owners, { nowMs, keptMs: 100 });
}

const shown = (places: readonly HeldPlace[]) => places.map(({ slot, owner, leftAtMs }) => [slot, owner.uid, leftAtMs]);

test('A listener of ours is held by the owner in its name, since that owner was created.', () => {
  expect(held([], 0, standing)).toMatchObject([{ slot: 'TCP/80', owner: { uid: 'uid-web' }, sinceMs: 5 }]);
});

test('Listeners of others, and of owners that are not known, are held by nobody.', () => {
  const others = anObserved({ listeners: [aListener({ name: 'by hand' })] });
  expect(held([], 0, others)).toEqual([]);
  expect(held([], 0, standing, [])).toEqual([]);
});

test('A place that is gone is kept from when that was seen, for as long as it may be kept.', () => {
  const before = held([], 0, standing);
  const left = held(before, 50);
  expect(shown(left)).toEqual([['TCP/80', 'uid-web', 50]]);
  expect(shown(held(left, 149, empty, []))).toEqual([['TCP/80', 'uid-web', 50]]);
  expect(held(left, 150)).toEqual([]);
});

test('An owner that was made again holds its place once, although its UID differs.', () => {
  const left = held(held([], 0, standing), 50);
  const again = anOwner({ uid: 'uid-again' });
  const stands = anObserved({ listeners: [aListener({ name: 'clb-direct_cls-test_uid-again' })] });
  expect(shown(held(left, 60, stands, [again]))).toEqual([['TCP/80', 'uid-again', undefined]]);
});

test('TCP and UDP of one port are two places, TCP and TCP_SSL one.', () => {
  const slots = (['TCP', 'UDP', 'TCP_SSL'] as const).map((protocol) => {
    return held([], 0, anObserved({ listeners: [aListener({ protocol })] }))[0]?.slot;
  });
  expect(slots).toEqual(['TCP/80', 'UDP/80', 'TCP/80']);
});

test('What a record says was left is kept since then, by the clock of the plan.', () => {
  const entry = { ...webOwner, recordedAtMs: 3, places: ['TCP_SSL/443', 'UDP/53'], releasedAtMs: 10_000 };
  const owners = [entry, { ...entry, uid: 'uid-standing', releasedAtMs: undefined }];
  const left = recordedPlaces({ balancerId: 'lb-one', owners }, { nowMs: 90, wallNowMs: 10_030 });
  expect(left).toMatchObject([
    { slot: 'TCP/443', owner: webOwner, sinceMs: 3, leftAtMs: 60 },
    { slot: 'UDP/53', owner: webOwner, sinceMs: 3, leftAtMs: 60 },
    { slot: 'TCP/443', owner: { uid: 'uid-standing' }, leftAtMs: undefined },
    { slot: 'UDP/53', owner: { uid: 'uid-standing' }, leftAtMs: undefined },
  ]);
  expect(shown(held(left.slice(2, 3), 95, empty, []))).toEqual([['TCP/443', 'uid-standing', 95]]);
});

test('A record of the future counts from now, and without a record nothing was left.', () => {
  const entry = { ...webOwner, recordedAtMs: 3, places: ['TCP/80'], releasedAtMs: 10_000 };
  const left = recordedPlaces({ balancerId: 'lb-one', owners: [entry] }, { nowMs: 90, wallNowMs: 0 });
  expect(left).toMatchObject([{ leftAtMs: 90 }]);
  expect(recordedPlaces(undefined, { nowMs: 0, wallNowMs: 0 })).toEqual([]);
});

test('An owner is there since its first record, also one that was made again or that only the record knows.', () => {
  const first = { ...webOwner, uid: 'uid-before', recordedAtMs: 3, places: [], releasedAtMs: 4 };
  const again = { ...webOwner, recordedAtMs: 9, places: [], releasedAtMs: undefined };
  const record = { balancerId: 'lb-one', owners: [again, first] };
  const gone = anOwner({ createdAtMs: 0 });
  const [place] = heldPlaces([], standing, [gone], { nowMs: 0, keptMs: 100, record });
  expect(place?.sinceMs).toBe(3);
});

test('A listener that somebody else made is held by whoever the record names there.', () => {
  const listeners = [aListener({ id: 'lbl-a', name: 'theirs' })];
  const seen = (uids: string[]) => anObserved({ listeners, used: new Map([['lbl-a', uids]]) });
  expect(held([], 0, seen([]))).toEqual([]);
  const now = held([], 0, seen(['uid-web']));
  expect(shown(now)).toEqual([['lbl-a', 'uid-web', undefined]]);
  expect(shown(held(now, 50, seen([])))).toEqual([['lbl-a', 'uid-web', 50]]);
  const owners = [{ ...webOwner, recordedAtMs: 3, places: ['lbl-a', 'TCP/80'], releasedAtMs: undefined }];
  const recorded = recordedPlaces({ balancerId: 'lb-one', owners }, { nowMs: 0, wallNowMs: 0 });
  expect(recorded.map(({ slot }) => slot)).toEqual(['lbl-a', 'TCP/80']);
});
