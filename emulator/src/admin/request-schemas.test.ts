import { expect, test } from '@jest/globals';
import { compileSchema } from './request-schemas.ts';

const about = (format: string) => ({
  type: 'object',
  additionalProperties: false,
  properties: { is: { type: 'string', format } },
});

test.each([
  ['ipv4', '192.0.2.1', true],
  ['ipv4', '192.0.2.256', false],
  ['ipv4', '192.0.2.01', false],
  ['ipv4', '2001:db8::1', false],
  ['date-time', '2026-11-28T03:24:40Z', true],
  ['date-time', '2026-11-28T03:24:40.123+08:00', true],
  ['date-time', '2026-11-28t03:24:40z', true],
  ['date-time', '2026-11-28', false],
  ['date-time', '2026-11-28T03:24:40', false],
  ['date-time', '2026-13-28T03:24:40Z', false],
  ['date-time', '2026-11-28T03:61:40Z', false],
  ['date-time', 'tomorrow', false],
])('Whether a %s is "%s": %s', (format, text, is) => {
  expect(compileSchema({ schema: about(format) })({ is: text })).toBe(is);
});

test('A field that nothing knows is refused, texts become numbers, and what is left out is filled in.', () => {
  const properties = { count: { type: 'integer' }, port: { type: 'string', default: 'ALL' } };
  const check = compileSchema({ schema: { type: 'object', additionalProperties: false, properties } });
  const given = { count: '3' };
  expect(check(given)).toBe(true);
  expect(given).toEqual({ count: 3, port: 'ALL' });
  expect(check({ cuont: 3 })).toBe(false);
});

test('A schema is compiled once.', () => {
  const schema = about('ipv4');
  expect(compileSchema({ schema })).toBe(compileSchema({ schema }));
});
