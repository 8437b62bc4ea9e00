import { expect, test } from '@jest/globals';
import { recordLabel } from '@clb-direct/shared/domain/names.ts';
import type { OwnedBalancer } from '../core/model/owned-balancer.ts';
import { webOwner } from '../testing/builders.ts';
import { ownedName, readOwned, writeOwned } from './owned-format.ts';

const record: OwnedBalancer = {
  owner: webOwner,
  proof: 'b3c1',
  generation: 2,
  wish: { type: 'INTERNAL', name: 'shop_web', subnetId: 'subnet-1', tags: { team: 'shop' } },
  askedAtMs: Date.parse('2026-11-27T01:00:00Z'),
  balancerId: 'lb-a1b2c3d4',
  version: '7',
};
const labels = { [recordLabel.name]: recordLabel.owned };
const configMap = (data: object, name = ownedName('uid-web')) => ({
  metadata: { name, labels, resourceVersion: '7' },
  data,
});

test.each<[string, Partial<OwnedBalancer>]>([
  ['of a CLB that is made', {}],
  ['of one that was not asked for', { askedAtMs: undefined, balancerId: undefined }],
  ['of one that was found without its record', { isFound: true }],
  ['of one after another', { balancerId: undefined, former: { balancerId: 'lb-b1', proof: 'a2' } }],
  ['of one after one that was found', { former: { balancerId: 'lb-b1', proof: 'a2', isFound: true } }],
  ['of one that stays', { isKept: true }],
  ['of one that its owner has left', { isKept: true, isLeft: true }],
])('a record %s is read as it was written', (_, change) => {
  const written = { ...record, ...change };
  expect(readOwned(configMap(writeOwned(written)))).toEqual({ uid: 'uid-web', record: written });
});

test.each(['', '{', '[]', '{"kind":"Service"}', '{"kind":"Pod","namespace":"a","name":"b"}'])(
  'a record that cannot be read is one all the same: %j',
  (text) => {
    expect(readOwned(configMap({ 'load-balancer': text }))).toEqual({ uid: 'uid-web', record: undefined });
  },
);

test('a record whose id is none cannot be read', () => {
  const data = { 'load-balancer': writeOwned(record)['load-balancer']?.replace('lb-a1b2c3d4', 'eip-1') };
  expect(readOwned(configMap(data))?.record).toBeUndefined();
});

test('another ConfigMap is no record', () => {
  expect(readOwned(configMap(writeOwned(record), 'clb-direct-lb-a1b2c3d4'))).toBeUndefined();
  expect(readOwned({ metadata: { name: ownedName('uid-web') } })).toBeUndefined();
});
