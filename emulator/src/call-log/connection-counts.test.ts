import { expect, test } from '@jest/globals';
import { createConnectionCounts } from './connection-counts.ts';

const one = { loadBalancerId: 'lb-1', listenerId: 'lbl-1', ruleId: null, ip: '10.0.0.1', port: 80 };
const other = { ...one, ip: '10.0.0.2' };

test('connections are counted by target and second', () => {
  const log = createConnectionCounts();
  log.add(one, 2, 1000);
  log.add(one, 3, 1999);
  log.add(other, 1, 2000);
  log.add(one, 4, 5500);
  const counts = [
    { atMs: 1000, count: 5 },
    { atMs: 5000, count: 4 },
  ];
  expect(log.since(0)).toEqual([
    { ...one, total: 9, seconds: counts },
    { ...other, total: 1, seconds: [{ atMs: 2000, count: 1 }] },
  ]);
  expect(log.since(2500)).toEqual([
    { ...one, total: 4, seconds: counts.slice(1) },
    { ...other, total: 1, seconds: [{ atMs: 2000, count: 1 }] },
  ]);
  expect(log.since(6000)).toEqual([]);
});

test('what is more than an hour old is forgotten', () => {
  const log = createConnectionCounts();
  log.add(one, 1, 0);
  log.add(one, 1, 1000);
  log.add(one, 1, 3_600_000);
  expect(log.since(0)[0]?.seconds.map(({ atMs }) => atMs)).toEqual([1000, 3_600_000]);
});
