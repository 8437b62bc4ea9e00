import { expect, test } from '@jest/globals';
import { aService } from '../../../testing/builders.ts';
import { readService } from './read-service.ts';

const read = (healthCheck: string | undefined) => readService(aService({ healthCheck }));

test.each([
  ['on', { HealthSwitch: 1 }],
  ['off', { HealthSwitch: 0 }],
  [undefined, undefined],
])('A Service that says %s about its health check gets that.', (text, healthCheck) => {
  const { bindings, notices } = read(text);
  expect(bindings[0]?.listenerSettings.healthCheck).toEqual(healthCheck);
  expect(notices).toEqual([]);
});

test.each(['', 'On', 'true', ' off', '0', 'constructor', `\u001b${'x'.repeat(10_000)}`])(
  'A Service that says "%s" is told what to write, and nothing is changed for it.',
  (text) => {
    const { bindings, notices, findings } = read(text);
    expect(bindings[0]?.listenerSettings.healthCheck).toBeUndefined();
    expect(findings).toEqual([]);
    expect(notices).toMatchObject([
      { reason: 'AnnotationMalformed', message: expect.stringMatching(/^[^\p{Cc}]{1,300}$/u) },
    ]);
  },
);
