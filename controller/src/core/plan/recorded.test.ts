import { expect, test } from '@jest/globals';
import { aBinding, anOwner, clbId, webOwner } from '../../testing/builders.ts';
import type { PodBinding } from '../model/binding.ts';
import { asRecorded } from './recorded.ts';

/** What a listener of an owner gets whose record says that sessions were switched on, or does not. */
function sessionOf(
  seconds: number | undefined,
  config: number | undefined,
  hasSessions = true,
  more: Partial<PodBinding> = {},
) {
  const listenerSettings = config === undefined ? {} : { sessionExpireTime: config };
  const binding = aBinding({ listenerSettings, sessionAffinitySeconds: seconds, ...more });
  const owners = [{ ...webOwner, ...(hasSessions ? { hasSessions } : {}) }];
  const claims = asRecorded([{ owner: anOwner(), bindings: [binding] }], { balancerId: clbId, owners } as never);
  return claims[0]?.bindings[0]?.listenerSettings.sessionExpireTime;
}

test.each<[string, number | undefined, number | undefined, number]>([
  ['ClientIP', 600, undefined, 600],
  ['ClientIP before a TkeServiceConfig', 600, 90, 600],
  ['a TkeServiceConfig before None', undefined, 90, 90],
  ['None, where we had switched sessions on', undefined, undefined, 0],
])('Session persistence is that of %s.', (_, seconds, config, expected) => {
  expect(sessionOf(seconds, config)).toBe(expected);
});

test.each([
  ['None leaves sessions alone', undefined, undefined],
  ['ClientIP counts all the same', 600, 600],
])('While the TkeServiceConfig of an owner is not known, %s.', (_, seconds, expected) => {
  expect(sessionOf(seconds, undefined, true, { isConfigUnknown: true })).toBe(expected);
});

test('An owner that never asked for sessions leaves those alone that somebody set on the CLB.', () => {
  expect(sessionOf(undefined, undefined, false)).toBeUndefined();
});

test('Whose ports cannot be read keeps the rules of its record, and who waits for one still has a conflict.', () => {
  const place = { protocol: 'HTTPS', port: 8443, domain: 'a.example', url: '/' } as const;
  const incomplete = { severity: 'Warning', reason: 'AnnotationMalformed', message: 'no JSON' } as const;
  const usual = aBinding({ place: { ...place, port: 443 }, incomplete, isPlaceUnknown: true });
  const other = { ...webOwner, uid: 'uid-other', name: 'other' };
  const claims = [
    { owner: anOwner(), bindings: [usual] },
    { owner: { ...anOwner(), ...other }, bindings: [aBinding({ owner: other, place })] },
  ];
  const owners = [{ ...webOwner, rules: [place] }];
  expect(asRecorded(claims, { balancerId: clbId, owners } as never)[1]?.bindings).toMatchObject([{ isTaken: true }]);
});
