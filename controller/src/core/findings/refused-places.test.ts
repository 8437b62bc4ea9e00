import { expect, test } from '@jest/globals';
import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { aBinding } from '../../testing/builders.ts';
import { refusedPlaces } from './refused-places.ts';

const finding = (reason: Finding['reason'], message: string): Finding => ({ severity: 'Warning', reason, message });
const bindingsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => aBinding({ place: { protocol: 'TCP', port: 1001 + index } }));

test('Of one refused place the owner hears what the CLB said.', () => {
  expect(refusedPlaces(bindingsOf(1), () => finding('CloudRefused', 'No.'))).toEqual([finding('CloudRefused', 'No.')]);
});

test('Of three hundred refused places the owner hears once, with the answer for the first.', () => {
  const found = refusedPlaces(bindingsOf(300), ({ place }) => finding('CloudRefused', `Not ${place.port}.`));
  const message = 'Not 1001. 299 more not made: TCP/1002, TCP/1003, TCP/1004, TCP/1005, TCP/1006, ….';
  expect(found).toEqual([finding('CloudRefused', message)]);
});

test('Another reason is a finding of its own, and a place that stands is not counted.', () => {
  const found = refusedPlaces(bindingsOf(4), ({ place: { port } }) => {
    if (port === 1001) return undefined;
    return port === 1003 ? finding('QuotaReached', 'Full.') : finding('CloudRefused', 'No.');
  });
  expect(found).toEqual([finding('CloudRefused', 'No. 1 more not made: TCP/1004.'), finding('QuotaReached', 'Full.')]);
});
