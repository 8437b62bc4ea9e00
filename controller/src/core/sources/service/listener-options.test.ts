import { describe, expect, test } from '@jest/globals';
import { aPort, aService } from '../../../testing/builders.ts';
import { readService } from './read-service.ts';

const prefix = 'clb-direct.io/';
const read = (annotations: Readonly<Record<string, string>>, ports = [aPort()]) => {
  const named = Object.entries(annotations).map(([name, value]) => [prefix + name, value] as const);
  return readService(aService({ annotations: Object.fromEntries(named), ports }));
};
const settingsOf = (annotations: Readonly<Record<string, string>>, protocol = 'TCP') =>
  read(annotations, [aPort({ protocol })]).bindings.map(({ listenerSettings }) => listenerSettings);

const switches = [
  ['deregister-target-rst', 'deregisterTargetRst'],
  ['reschedule-target-zero-weight', 'rescheduleTargetZeroWeight'],
  ['reschedule-unhealthy', 'rescheduleUnhealthy'],
  ['reschedule-expand-target', 'rescheduleExpandTarget'],
] as const;
const times = [
  ['reschedule-start-seconds', 'rescheduleStartTime'],
  ['reschedule-interval-seconds', 'rescheduleInterval'],
] as const;

describe('options of listeners that a Service asks for', () => {
  test.each(switches)('%s: "true" and "false" are set at TCP and UDP', (name, setting) => {
    for (const protocol of ['TCP', 'UDP']) {
      expect(settingsOf({ [name]: 'true' }, protocol)).toMatchObject([{ [setting]: true }]);
      expect(settingsOf({ [name]: 'false' }, protocol)).toMatchObject([{ [setting]: false }]);
    }
    expect(read({ [name]: 'true' }).notices).toEqual([]);
  });

  test.each(times)('%s: whole seconds up to an hour are set', (name, setting) => {
    for (const seconds of [0, 1, 30, 3600]) {
      expect(settingsOf({ [name]: String(seconds) })).toMatchObject([{ [setting]: seconds }]);
    }
    expect(read({ [name]: '30' }).notices).toEqual([]);
  });

  test('are none without annotations, but for RST at TCP', () => {
    expect(settingsOf({})).toEqual([{ deregisterTargetRst: true }]);
    expect(settingsOf({}, 'UDP')).toEqual([{}]);
  });

  test('are set at each of its ports', () => {
    const ports = [aPort(), aPort({ port: 53, protocol: 'UDP' })];
    const { bindings } = read({ 'reschedule-unhealthy': 'true' }, ports);
    expect(bindings.map(({ listenerSettings }) => listenerSettings.rescheduleUnhealthy)).toEqual([true, true]);
  });
});

const wrong: readonly (readonly [string, string])[] = [
  ...switches.flatMap(([name]) => ['', 'True', 'yes', '1', ' true'].map((value) => [name, value] as const)),
  ...times.flatMap(([name]) =>
    ['', '3601', '-1', '1.5', '007', '30s', '1e3', '٣'].map((value) => [name, value] as const),
  ),
];

test.each(wrong)('%s "%s" is reported and changes nothing.', (name, value) => {
  const { bindings, notices, findings } = read({ [name]: value });
  expect(bindings.map(({ listenerSettings }) => listenerSettings)).toEqual([{ deregisterTargetRst: true }]);
  expect(findings).toEqual([]);
  expect(notices).toMatchObject([
    { reason: 'AnnotationMalformed', message: expect.stringContaining(`${prefix}${name} is "${value}"; write `) },
  ]);
});

test('A wrong value is quoted within bounds.', () => {
  const [finding] = read({ 'reschedule-unhealthy': `\u001b[2J${'9'.repeat(100_000)}` }).notices;
  expect(finding?.message).toContain(String.raw`"\u001b[2J999`);
  expect(finding?.message.length).toBeLessThan(400);
});

test('Where a listener has no such options, it gets none, and the Service is told.', () => {
  const annotations = {
    'clb-direct.io/reschedule-unhealthy': 'true',
    'clb-direct.io/deregister-target-rst': 'true',
    'service.cloud.tencent.com/specify-protocol': '{"80":{"protocol":["HTTP"]}}',
  };
  const { bindings, notices } = readService(aService({ annotations, ports: [aPort(), aPort({ port: 81 })] }));
  expect(bindings.map(({ listenerSettings }) => listenerSettings)).toEqual([
    {},
    { deregisterTargetRst: true, rescheduleUnhealthy: true },
  ]);
  expect(notices).toMatchObject([
    {
      severity: 'Normal',
      reason: 'AnnotationWithoutEffect',
      message:
        'Annotation clb-direct.io/deregister-target-rst, clb-direct.io/reschedule-unhealthy ' +
        'has no effect at HTTP/80 /: only listeners of TCP and UDP that clb-direct makes have it.',
    },
  ]);
});
