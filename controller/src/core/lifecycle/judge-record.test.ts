import { describe, expect, test } from '@jest/globals';
import { aListener, anObserved, anOwner, clbId } from '../../testing/builders.ts';
import { unseen, type BalancerState } from '../model/balancer-state.ts';
import { most, releasedKeptMs, type RecordedOwner } from '../model/record.ts';
import type { RulePlace } from '../model/place.ts';
import { anIngress, aPath } from '../../testing/ingress-builders.ts';
import { readIngress } from '../sources/ingress/read-ingress.ts';
import { judgeRecord, type RecordFacts } from './judge-record.ts';

const nowMs = 1_000_000_000;
const owner = anOwner({ recordedLoadBalancers: [] });
const { kind, namespace, name, uid } = owner;
const recorded: RecordedOwner = {
  kind,
  namespace,
  name,
  uid,
  recordedAtMs: 5,
  places: ['TCP/80'],
  releasedAtMs: undefined,
};
const entry = (overrides: Partial<RecordedOwner> = {}) => ({
  balancerId: clbId,
  owner: { ...recorded, ...overrides },
});
const put = (overrides: Partial<RecordedOwner>) => ({ kind: 'put', ...entry(overrides) });
const seen: BalancerState = { ...unseen(clbId), phase: 'seen', observed: anObserved() };
const empty: BalancerState = { ...seen, verdicts: new Map([[uid, 'allowed']]) };
const denied: BalancerState = { ...seen, verdicts: new Map([[uid, 'denied']]) };
const standing: BalancerState = {
  ...empty,
  observed: anObserved({ listeners: [aListener()] }),
  ownerUids: new Set([uid]),
};
const notFound = (isProven: boolean): BalancerState => {
  const absence = { sinceMs: 0, answers: 3, wasSeen: false, isProven };
  return { ...unseen(clbId), phase: 'absent', absence };
};
const [absent, deleted] = [notFound(false), notFound(true)];

type Given = Partial<Omit<RecordFacts, 'stateOf' | 'standingOn'>> & { readonly states?: readonly BalancerState[] };

function judge({ states = [empty], ...overrides }: Given) {
  const facts: RecordFacts = {
    owner,
    isLetGo: false,
    entries: [],
    wanted: [clbId],
    stateOf: (id) => states.find((state) => state.id === id),
    standingOn: states.filter(({ ownerUids }) => ownerUids.has(uid)).map(({ id }) => id),
    recordOf: () => undefined,
    nowMs,
    ...overrides,
  };
  return judgeRecord(facts);
}

test('Who waits beside too many of its namespace is told that the record has no room, while it wants it.', () => {
  const crowded = { ...seen, crowded: new Set([uid]) };
  expect(judge({ states: [crowded] })).toMatchObject({ writes: [], full: [clbId] });
  expect(judge({ states: [crowded], wanted: [] })).toMatchObject({ writes: [], full: [] });
});

test('The record of an owner that is let go forgets it, and does not take its listener for proof of it.', () => {
  const letGo = { isLetGo: true, wanted: [], states: [standing] };
  expect(judge({ ...letGo, entries: [entry()] })).toMatchObject({
    writes: [{ kind: 'remove', balancerId: clbId, uid }],
    heldBalancers: [],
  });
  expect(judge(letGo)).toMatchObject({ writes: [], heldBalancers: [] });
});

describe('The rules of one namespace', () => {
  const rules = (count: number, letters: number) =>
    Array.from({ length: count }, (_, at): RulePlace => {
      return { protocol: 'HTTP', port: 80, domain: `${at}.com`, url: `/${'a'.repeat(letters)}` };
    });
  const others = Array.from({ length: 20 }, (_, at) => ({ ...recorded, uid: `uid-${at}`, rules: rules(50, 200) }));
  const site = readIngress(anIngress({ namespace, paths: [aPath({ host: 'a.com' })] }));
  const states = [{ ...seen, verdicts: new Map([[site.uid, 'allowed' as const]]) }];
  const record = (of: string) => ({ balancerId: clbId, owners: others.map((one) => ({ ...one, namespace: of })) });
  const judged = (of: string, entries: RecordFacts['entries'] = []) =>
    judge({ owner: site, states, entries, recordOf: () => record(of) });

  test('fill a part of a record, and those of another one are written all the same', () => {
    expect(judged(namespace)).toMatchObject({ writes: [], full: [clbId] });
    expect(judged('other')).toMatchObject({ writes: [{ kind: 'put' }], full: [] });
  });

  test('do not grow beyond it in an entry that is there, and shrink', () => {
    const mine = (some: readonly RulePlace[]) => [
      {
        balancerId: clbId,
        owner: { ...recorded, kind: site.kind, name: site.name, uid: site.uid, places: [], rules: some },
      },
    ];
    expect(judged(namespace, mine(rules(1, 5)))).toMatchObject({ full: [clbId] });
    expect(JSON.stringify(judged(namespace, mine(rules(1, 5))).writes)).not.toContain('a.com');
    expect(JSON.stringify(judged('other', mine(rules(1, 5))).writes)).toContain('a.com');
  });
});

describe('an owner is recorded', () => {
  test.each<[string, Given, readonly object[]]>([
    ['when a look has seen its CLB', {}, [put({ recordedAtMs: nowMs, places: [] })]],
    ['not before a look', { states: [] }, []],
    ['not before a look has succeeded', { states: [unseen(clbId)] }, []],
    ['not on a CLB that does not exist', { states: [absent] }, []],
    ['not on a CLB that counts as deleted', { states: [deleted] }, []],
    ['not on a CLB that it does not want', { wanted: [] }, []],
    ['not before a look that knew what it wants', { states: [seen] }, []],
    ['not where the policy denies it', { states: [denied] }, []],
    ['once', { entries: [entry({ places: [] })] }, []],
    [
      'since its creation where its listener stands without a record, whatever it wants',
      { wanted: [], states: [standing] },
      [put({ recordedAtMs: 0 })],
    ],
    [
      'since the first record of its name when it is made again, with the place that it had and asks for',
      { entries: [entry({ uid: 'uid-before', recordedAtMs: 7, releasedAtMs: nowMs - 1 })] },
      [put({ recordedAtMs: 7 })],
    ],
    [
      'without a place that it had before and does not ask for',
      {
        entries: [
          entry({ uid: 'uid-before', places: ['TCP/81'], releasedAtMs: nowMs - 1 }),
          { balancerId: 'lb-two', owner: { ...recorded, uid: 'uid-before', releasedAtMs: nowMs - 1 } },
        ],
      },
      [put({ places: [] })],
    ],
    ['with the place that the CLB does not have any more while it asks for it', { entries: [entry()] }, []],
    [
      'once for a port, with the listener that stands',
      { entries: [entry({ places: ['TCP_SSL/80'] })], states: [standing] },
      [put({})],
    ],
    ['not as an object that is gone', { owner: undefined, wanted: [], states: [standing] }, []],
    ['with the listeners that it has now', { entries: [entry({ places: [] })], states: [standing] }, [put({})]],
    ['as before while its CLB is not seen', { entries: [entry()], states: [] }, []],
    [
      'again with its first time when it comes back',
      { entries: [entry({ releasedAtMs: nowMs - 1 })], states: [standing] },
      [put({})],
    ],
  ])('%s', (_, facts, writes) => {
    expect(judge(facts).writes).toEqual(writes);
  });

  test('and counts at once as an owner that may have something there', () => {
    expect(judge({}).heldBalancers).toEqual([clbId]);
    expect(judge({ entries: [entry()], states: [] }).heldBalancers).toEqual([clbId]);
    expect(judge({ entries: [entry()], wanted: [], states: [empty] }).heldBalancers).toEqual([]);
  });
});

describe('an owner that wants nothing any more', () => {
  const leaving = { owner: { ...owner, ending: true }, wanted: [], entries: [entry()] };
  const release = put({ releasedAtMs: nowMs });

  test.each<[string, Given, readonly object[]]>([
    ['stays while nothing is known of the CLB', { states: [] }, []],
    ['stays while the look fails', { states: [unseen(clbId)] }, []],
    ['stays while its listener stands', { states: [standing] }, []],
    ['is released when nothing of it stands', { states: [empty] }, [release]],
    ['stays while the CLB is not found, because it may be hidden', { states: [absent] }, []],
    ['is released when the CLB counts as deleted', { states: [deleted] }, [release]],
    ['is released also when its object is gone', { owner: undefined }, [release]],
    ['is released also when another object has its name', { owner: { ...owner, uid: 'uid-new' } }, [release]],
  ])('%s', (_, facts, writes) => {
    expect(judge({ ...leaving, ...facts }).writes).toEqual(writes);
  });

  test('is known for a while after its release, and then dropped', () => {
    const after = (ms: number) => judge({ ...leaving, entries: [entry({ releasedAtMs: nowMs - ms })] });
    expect(after(1_000)).toMatchObject({ writes: [], dueInMs: releasedKeptMs - 1_000, heldBalancers: [] });
    expect(after(releasedKeptMs)).toMatchObject({ writes: [{ kind: 'remove', balancerId: clbId, uid }] });
  });

  test('counts again when a listener of it appears after all', () => {
    const plan = judge({ ...leaving, entries: [entry({ releasedAtMs: nowMs })], states: [standing] });
    expect(plan).toMatchObject({ writes: [put({})], heldBalancers: [clbId] });
  });
});

describe('an owner that the policy denies', () => {
  const told: readonly [string, Given, readonly object[]][] = [
    ['leaves the record', { entries: [entry({ places: [] })] }, [{ kind: 'remove', balancerId: clbId, uid }]],
    ['keeps for a while what it had', { entries: [entry()] }, [put({ releasedAtMs: nowMs })]],
    [
      'stays while its listener stands',
      { entries: [entry()], states: [{ ...standing, verdicts: denied.verdicts }] },
      [],
    ],
    ['does not come back', { entries: [entry({ releasedAtMs: nowMs })] }, []],
    ['gets a record for a listener that stands without one', { states: [standing] }, [put({ recordedAtMs: 0 })]],
  ];
  test.each(told)('%s', (_, given, writes) => {
    expect(judge({ states: [denied], ...given }).writes).toEqual(writes);
  });

  test('has no finalizer for it', () => {
    expect(judge({ states: [denied] }).heldBalancers).toEqual([]);
    expect(judge({ states: [denied], entries: [entry()] }).heldBalancers).toEqual([]);
  });
});

describe('a namespace', () => {
  const many = (count: number, overrides: (index: number) => Partial<RecordedOwner>) =>
    Array.from({ length: count }, (_, index) => ({ ...recorded, uid: `uid-${index}`, ...overrides(index) }));
  const among = (owners: readonly RecordedOwner[]) => judge({ recordOf: () => ({ balancerId: clbId, owners }) });

  test('has a bounded number of owners in the record of one CLB', () => {
    const plan = among(many(most.ownersOfNamespace, () => ({})));
    expect(plan).toMatchObject({ writes: [], heldBalancers: [], full: [clbId] });
    expect(among(many(most.ownersOfNamespace, () => ({ namespace: 'other' }))).full).toEqual([]);
  });

  test('makes room by those that were released, the first one first', () => {
    const owners = many(most.ownersOfNamespace, (index) => (index < 40 ? {} : { releasedAtMs: nowMs - index }));
    const { writes, full } = among(owners);
    expect([writes.length, full]).toEqual([2, []]);
    expect(writes[0]).toEqual({ kind: 'remove', balancerId: clbId, uid: 'uid-99' });
  });

  test('shares the record of a CLB with a bounded number of others', () => {
    const owners = many(most.ownersOfBalancer, (index) => ({ namespace: `other-${index % 50}` }));
    expect(among(owners).full).toEqual([clbId]);
    const bytes = JSON.stringify(
      owners.map((one) => ({
        ...one,
        name: 'n'.repeat(63),
        places: Array.from({ length: 50 }, () => 'TCP_SSL/65535'),
      })),
    ).length;
    expect(bytes).toBeLessThan(1_048_576);
  });
});

describe('places of listeners that somebody else made', () => {
  const used = new Map([[uid, [{ listenerId: 'lbl-b', locationId: 'loc-1' }, { listenerId: 'lbl-a' }]]]);

  test('are recorded beside its listeners, while it uses them', () => {
    const places = ['lbl-a', 'lbl-b/loc-1', 'TCP/80'];
    expect(judge({ entries: [entry()], states: [{ ...standing, used }] }).writes).toEqual([put({ places })]);
    expect(judge({ entries: [entry({ places })], states: [{ ...standing, used }] }).writes).toEqual([]);
    expect(judge({ entries: [entry({ places })], states: [standing] }).writes).toEqual([put({})]);
  });

  test('are not forgotten while the CLB cannot be seen', () => {
    const entries = [entry({ places: ['lbl-a'] })];
    expect(judge({ entries, states: [] }).writes).toEqual([]);
    expect(judge({ entries, states: [absent] }).writes).toEqual([]);
  });
});
