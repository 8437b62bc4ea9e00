import { expect, test } from '@jest/globals';
import { aBinding } from '../../../../testing/builders.ts';
import type { ListenerSettings } from '../../../model/settings.ts';
import { autoSpec } from './auto-spec.ts';
import { isTooLarge } from './config-size.ts';

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
const blocks = (count: number, block: object = {}) => ({
  loadBalancer: { l4Listeners: Array.from({ length: count }, () => block) },
});

test.each<[string, unknown, boolean]>([
  ['nothing', undefined, false],
  ['an ordinary block', blocks(1, { protocol: 'TCP', port: 80, session: { enable: true } }), false],
  ['thousands of blocks', blocks(19_990), false],
  ['a million blocks', blocks(1_000_000), true],
  ['a long text', blocks(1, { protocol: 'x'.repeat(400_000) }), true],
  ['a long name of a field', blocks(1, { ['x'.repeat(400_000)]: 1 }), true],
  ['twenty levels', nested(20), false],
  ['as many levels as an object has room for', nested(9_990), true],
])('Whether a spec with %s is too large: %#.', (_, spec, expected) => {
  expect(isTooLarge(spec)).toBe(expected);
});

const standing: ListenerSettings = {
  scheduler: 'LEAST_CONN',
  sessionExpireTime: 60,
  healthCheck: {
    ...{ HealthSwitch: 1, CheckType: 'HTTP', IntervalTime: 5, TimeOut: 2, HealthNum: 3, UnHealthNum: 4 },
    ...{ HttpCheckPath: '/'.repeat(80), HttpCheckDomain: 'a'.repeat(80), HttpCheckMethod: 'GET', HttpCode: 31 },
  },
};

test('The config of a Service with as many ports as it can have is not.', () => {
  const ports = Array.from({ length: 500 }, (_, at) => at + 1);
  const spec = autoSpec(undefined, {
    bindings: ports.map((port) => aBinding({ place: { protocol: 'TCP', port }, listenerSettings: {} })),
    ...{ findings: [], standingOf: () => standing, hasSessions: () => false, checksFromProbes: false },
  });
  const twice = [spec, spec];
  expect(spec).toBeDefined();
  expect([isTooLarge(spec), isTooLarge(twice)]).toEqual([false, false]);
});
