import { describe, expect, test } from '@jest/globals';
import { aBinding, aListener, anObserved, anOwner, aPort, claimOf, clbId, clusterId } from '../../testing/builders.ts';
import type { Binding } from '../model/binding.ts';
import { guardDomain } from '../model/guard.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { newEntry, type RecordedOwner } from '../model/record.ts';
import { boundedScope } from './bounded-scope.ts';
import { listenerName } from './listener-name.ts';
import { emptyMemory } from './memory.ts';
import { replacedFor } from './replaced-listener.ts';
import type { Scope } from './scope.ts';

const ports = (count: number) => Array.from({ length: count }, (_, at) => aPort({ name: `p${at}`, port: 1_000 + at }));
const owner = (name: string, createdAtMs: number, count = 500) => anOwner({ name, createdAtMs, ports: ports(count) });
const older = ['a', 'b', 'c', 'd'].map((name, at) => owner(name, at));
const youngest = owner('last', 9, 3);

function bounded(scope: Partial<Scope>, known: Partial<Parameters<typeof boundedScope>[1]> = {}): Scope {
  const all = { claims: [], pending: [], releases: new Map(), owners: [], ...scope };
  return boundedScope(all, { observed: anObserved(), memory: emptyMemory, record: undefined, ...known });
}

const ofYoungest = ({ claims, pending }: Scope) =>
  [...claims, ...pending].filter((claim) => claim.owner.uid === youngest.uid).flatMap(({ bindings }) => bindings);
const portsLeft = (scope: Scope) => ofYoungest(scope).map(({ place }) => place.port);
const countOf = ({ claims, pending }: Scope) => [...claims, ...pending].flatMap(({ bindings }) => bindings).length;
const claims = [youngest, ...older].map(claimOf);

test('As many places of one namespace are judged as no quota has, of the oldest, and the others are told.', () => {
  const scope = bounded({ claims, crowded: new Set(['x']) });
  expect([countOf(scope), portsLeft(scope)]).toEqual([2_000, []]);
  expect(scope.crowded).toEqual(new Set(['x', youngest.uid]));
});

test('What waits for its record comes after what has one, and counts with it.', () => {
  const [first, ...others] = older.map(claimOf);
  const scope = bounded({ claims: [...others, claimOf(youngest)], pending: first === undefined ? [] : [first] });
  expect(portsLeft(scope)).toHaveLength(3);
  expect(scope.pending.map(({ bindings }) => bindings.length)).toEqual([497]);
  expect(scope.crowded).toEqual(new Set(['uid-a']));
});

test('Other namespaces have room of their own, and what is within the bound is as it was.', () => {
  const other = anOwner({ namespace: 'other', name: 'other' });
  const scope = bounded({ claims: [...claims, claimOf(other)] });
  expect(scope.claims.find((claim) => claim.owner === other)?.bindings).toHaveLength(1);
  const few = { claims: older.map(claimOf), pending: [], releases: new Map(), owners: [] };
  expect(boundedScope(few, { observed: anObserved(), memory: emptyMemory, record: undefined })).toBe(few);
});

describe('Beyond the bound counts', () => {
  const listener = aListener({ id: 'lbl-9', name: listenerName(clusterId, youngest.uid), port: 1_001 });
  const standing = anObserved({ listeners: [listener] });
  const at = (place: Partial<Binding>): OwnerView => ({
    ...youngest,
    bindings: [{ ...aBinding(), ...place, owner: youngest }],
  });
  const rule = { protocol: 'HTTP', port: 80, domain: 'a.com', url: '/' } as const;
  const entry = (parts: Partial<RecordedOwner>) => ({
    balancerId: clbId,
    owners: [{ ...newEntry(youngest, { recordedAtMs: 1, places: [] }), ...parts }],
  });
  const replaced = replacedFor(youngest, { listener: standing.listeners[0] as never, isGone: true, failures: 0 });
  const malformed = { severity: 'Warning', reason: 'CertificateUnusable', message: '' } as const;

  test.each<[string, OwnerView, Parameters<typeof bounded>[1], number]>([
    [
      'a listener that stands, whatever it is to become',
      at({ place: { ...rule, protocol: 'HTTP', port: 1_001 }, hasOwnListener: true }),
      { observed: standing },
      1,
    ],
    [
      'one that comes back',
      at({ place: { protocol: 'TCP_SSL', port: 1_001 } }),
      { memory: { replaced: [replaced] } },
      1,
    ],
    ['one that is recorded', at({ place: { protocol: 'TCP', port: 7 } }), { record: entry({ places: ['TCP/7'] }) }, 1],
    ['a rule that is recorded', at({ place: rule }), { record: entry({ rules: [rule] }) }, 1],
    [
      'a rule that cannot be made now, at a port where its owner has something',
      at({ place: { ...rule, port: 1_001 }, incomplete: malformed }),
      { observed: standing },
      1,
    ],
    [
      'a listener of others that it has',
      at({ existing: { listenerId: 'lbl-u' } }),
      { record: entry({ places: ['lbl-u'] }) },
      1,
    ],
    ['a guard', at({ place: { ...rule, domain: guardDomain } }), {}, 1],
    [
      'no listener that another owner has',
      at({ place: { protocol: 'TCP', port: 80 } }),
      { observed: anObserved({ listeners: [aListener()] }) },
      0,
    ],
    ['no rule that is not recorded', at({ place: { ...rule, url: '/b' } }), { record: entry({ rules: [rule] }) }, 0],
    [
      'no listener of others that it only names',
      at({ existing: { listenerId: 'lbl-v' } }),
      { record: entry({ places: ['lbl-u'] }) },
      0,
    ],
  ])('%s', (_, one, known, count) => {
    expect(ofYoungest(bounded({ claims: [...older, one].map(claimOf) }, known))).toHaveLength(count);
  });
});
