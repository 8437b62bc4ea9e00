import { describe, expect, test } from '@jest/globals';
import type { OwnedBalancer } from '../core/model/owned-balancer.ts';
import type { RecordedOwner } from '../core/model/record.ts';
import { anOwner, aPort } from '../testing/builders.ts';
import { recordsIn, type Records } from './list-records.ts';
import { nothingSeen, remainsOf, unite } from './remains.ts';

const owner = anOwner({ ports: [aPort()], recordedLoadBalancers: ['lb-old', 'lb-one'] });
const recorded: RecordedOwner = {
  kind: 'Service',
  namespace: 'shop',
  name: 'web',
  uid: 'uid-web',
  recordedAtMs: 0,
  places: ['TCP/80'],
  releasedAtMs: undefined,
};
const records = (over: Partial<Records> = {}): Records => ({ entries: [], made: [], isComplete: true, ...over });
const rowsOf = (all: Records, owners = [owner]) =>
  remainsOf(owners, all, 'cls-1').listeners.map(({ loadBalancerId, places, listenerName }) =>
    [loadBalancerId, places.join(), listenerName].join(' '),
  );

describe('the listeners that remain', () => {
  test('are those that the objects show and those that the records name, each once', () => {
    const entries = [
      { balancerId: 'lb-one', owner: recorded },
      { balancerId: 'lb-old', owner: { ...recorded, places: ['TCP/81'] } },
    ];
    expect(rowsOf(records({ entries })).toSorted()).toEqual([
      'lb-old TCP/81 clb-direct_cls-1_uid-web',
      'lb-one TCP/80 clb-direct_cls-1_uid-web',
    ]);
  });

  test('are named by their rules, where an object that is gone had some', () => {
    const rule = { protocol: 'HTTPS', port: 443, domain: 'a.com', url: '/' } as const;
    const gone = { ...recorded, kind: 'Ingress', places: ['HTTP/80', 'HTTPS/443'], rules: [rule] } as const;
    expect(rowsOf(records({ entries: [{ balancerId: 'lb-two', owner: gone }] }), [])).toEqual([
      'lb-two HTTP/80,HTTPS/443 a.com/ clb-direct_cls-1_shared',
    ]);
  });

  test('of two readings are all that one of them saw', () => {
    const before = remainsOf([owner], records(), 'cls-1');
    const after = remainsOf([], records({ isComplete: false }), 'cls-1');
    expect(unite(before, after)).toEqual(before);
    expect(unite(nothingSeen, after).isComplete).toBe(false);
  });
});

describe('the CLBs that were made', () => {
  const wish = { type: 'OPEN', name: 'n' } as const;
  const made = { owner: recorded, proof: 'p', generation: 1, wish, askedAtMs: 0, balancerId: undefined, version: '1' };
  const former = { balancerId: 'lb-old', proof: 'p' };
  const read = (...some: readonly Partial<OwnedBalancer>[]) =>
    some
      .map((over) => remainsOf([], records({ made: [{ ...made, ...over }] }), 'cls-1'))
      .reduce(unite)
      .balancers.map(({ loadBalancerId, isFormer }) => [loadBalancerId, isFormer]);

  test.each<[string, readonly Partial<OwnedBalancer>[], unknown]>([
    ['once its id is known', [{}, { balancerId: 'lb-one' }], [['lb-one', undefined]]],
    [
      'with one that counts as deleted',
      [{ former }],
      [
        [undefined, undefined],
        ['lb-old', true],
      ],
    ],
    ['when only one that counts as deleted may stand', [{ former, askedAtMs: undefined }], [['lb-old', true]]],
    [
      'when the one in use counts as deleted meanwhile',
      [{ balancerId: 'lb-old' }, { former }],
      [
        [undefined, undefined],
        ['lb-old', true],
      ],
    ],
    [
      'when the one in use counts as deleted meanwhile',
      [{ balancerId: 'lb-old' }, { former }],
      [
        [undefined, undefined],
        ['lb-old', true],
      ],
    ],
  ])('are listed %s', (_, some, expected) => {
    expect(read(...some)).toEqual(expected);
  });
});

describe('the records', () => {
  const labelled = (kind: string, name: string, data: Readonly<Record<string, string>>) => ({
    metadata: { name, labels: { 'clb-direct.io/record': kind } },
    data,
  });
  const entry = JSON.stringify({ ...recorded, recordedAt: '2026-11-27T01:00:00.000Z' });
  const balancers = [labelled('load-balancer', 'clb-direct-lb-one', { 'uid-web': entry })];
  const mark = labelled('region', 'clb-direct-records', { complete: 'true', 'lb-one': '' });
  const whole = { balancers, owned: [], mark };

  test('are complete when the mark says so, and each CLB that it names has one', () => {
    expect(recordsIn(whole)).toMatchObject({ entries: [{ balancerId: 'lb-one' }], isComplete: true });
  });

  test.each<[string, Partial<Parameters<typeof recordsIn>[0]>]>([
    ['there is no mark', { mark: undefined }],
    ['one is lost', { balancers: [] }],
    ['an entry cannot be read', { balancers: [labelled('load-balancer', 'clb-direct-lb-one', { 'uid-web': '{' })] }],
    ['that of a CLB that was made cannot be read', { owned: [labelled('owned-load-balancer', 'clb-direct-x', {})] }],
  ])('are not complete when %s', (_, over) => {
    expect(recordsIn({ ...whole, ...over }).isComplete).toBe(false);
  });
});
