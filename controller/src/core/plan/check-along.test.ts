import { expect, test } from '@jest/globals';
import type { RuleSettings } from '../model/settings.ts';
import { withCheckAlong } from './check-along.ts';

const http: RuleSettings = { forwardType: 'HTTP', healthCheck: { CheckType: 'HTTP' } };
const grpc: RuleSettings = { forwardType: 'GRPC', healthCheck: { CheckType: 'GRPC' } };

test.each<[string, RuleSettings, RuleSettings, string | undefined]>([
  ['goes along with the forward type', http, { forwardType: 'GRPC' }, 'GRPC'],
  ['goes along and back', grpc, { forwardType: 'HTTP' }, 'HTTP'],
  ['goes along with TLS', http, { forwardType: 'HTTPS' }, 'HTTPS'],
  ['goes along beside another change of it', http, { forwardType: 'GRPC', healthCheck: { IntervalTime: 7 } }, 'GRPC'],
  ['that somebody chose stays', { ...http, healthCheck: { CheckType: 'TCP' } }, { forwardType: 'GRPC' }, undefined],
  ['is what the owner asks for', http, { forwardType: 'GRPC', healthCheck: { CheckType: 'TCP' } }, 'TCP'],
  [
    'stays while the forward type does',
    { ...grpc, healthCheck: http.healthCheck ?? {} },
    { forwardType: 'GRPC' },
    undefined,
  ],
  ['stays where nobody asks for a forward type', http, {}, undefined],
  ['stays where nothing is known', {}, { forwardType: 'GRPC' }, undefined],
])('The type of the check %s.', (_, standing, desired, expected) => {
  const after = withCheckAlong(desired, standing);
  expect(after.healthCheck?.CheckType).toBe(expected);
  expect(after).toMatchObject(desired);
});
