import { describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aService } from '../../../testing/builders.ts';
import { readService } from './read-service.ts';

const { securityGroups } = annotation;
const readWith = (text: string | undefined, existingLoadBalancer?: string) => {
  const annotations = text === undefined ? {} : { [securityGroups]: text };
  return readService({ ...aService({ annotations }), existingLoadBalancer });
};
const settingsOf = (text: string | undefined, id?: string) => readWith(text, id).bindings[0]?.balancerSettings;

describe('The security groups of a CLB that is made for a Service', () => {
  test.each<[string | undefined, object]>([
    [undefined, {}],
    ['', { securityGroups: [] }],
    [' ', { securityGroups: [] }],
    ['sg-a', { securityGroups: ['sg-a'] }],
    ['sg-b, sg-a ,sg-b', { securityGroups: ['sg-b', 'sg-a'] }],
  ])('are, of the annotation %j, %j.', (text, settings) => {
    expect(settingsOf(text)).toEqual(settings);
    expect(readWith(text)).toMatchObject({ notices: [], newBalancer: { problem: undefined } });
  });

  test.each(['sg', 'sg-A', 'sg-a,', 'sg-a;sg-b', 'sg-1,sg-2,sg-3,sg-4,sg-5,sg-6', `sg-${'a'.repeat(400)}`])(
    'are not %j: that is told, no CLB is made with it, and one that stands keeps what it has.',
    (text) => {
      const { notices, newBalancer, bindings } = readWith(text);
      expect(notices).toMatchObject([{ severity: 'Warning', reason: 'AnnotationMalformed' }]);
      expect(notices[0]?.message).toContain('write the ids of 1 to 5 security groups, as sg-a1b2c3d4,sg-e5f6g7h8');
      expect(notices[0]?.message.length).toBeLessThan(500);
      expect(newBalancer?.problem?.message).toContain(securityGroups);
      expect(bindings[0]?.balancerSettings).toEqual({});
    },
  );
});

test.each(['sg-a', ''])('On a CLB that exists security groups (%j) are told to be without effect.', (text) => {
  expect(settingsOf(text, 'lb-shared')).toEqual({});
  expect(readWith(text, 'lb-shared').notices).toMatchObject([{ reason: 'AnnotationWithoutEffect' }]);
});
