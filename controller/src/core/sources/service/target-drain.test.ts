import { expect, test } from '@jest/globals';
import { aPort, aService } from '../../../testing/builders.ts';
import { readService } from './read-service.ts';

const read = (targetDrainSeconds: string | undefined) =>
  readService(aService({ targetDrainSeconds, ports: [aPort(), aPort({ port: 81 })] }));

test.each([
  ['0', 0],
  ['1', 1_000],
  ['300', 300_000],
  ['3600', 3_600_000],
])('Every port of a Service whose drain time is %s seconds has it.', (text, drainMs) => {
  const { bindings, notices } = read(text);
  expect(bindings.map((binding) => binding.drainMs)).toEqual([drainMs, drainMs]);
  expect(notices).toEqual([]);
});

test('A Service that asks for no drain time has none, and nothing is reported.', () => {
  const { bindings, notices } = read(undefined);
  expect(bindings.map((binding) => binding.drainMs)).toEqual([undefined, undefined]);
  expect(notices).toEqual([]);
});

test.each(['', ' 30', '30s', '-1', '+5', '1.5', '1e3', '0x10', '007', '3601', '99999999999999999999', 'Infinity', '٣'])(
  'A drain time of "%s" is reported and not used, and the Service works.',
  (text) => {
    const { bindings, notices, findings } = read(text);
    expect(bindings.map((binding) => binding.drainMs)).toEqual([undefined, undefined]);
    expect(findings).toEqual([]);
    expect(notices).toMatchObject([
      {
        severity: 'Warning',
        reason: 'AnnotationMalformed',
        message: expect.stringContaining('clb-direct.io/target-drain-seconds is "'),
      },
    ]);
  },
);

test('A drain time that is no number is quoted within bounds.', () => {
  const [finding] = read(`\u001b[2J${'9'.repeat(100_000)}`).notices;
  expect(finding?.message).toContain(String.raw`"\u001b[2J999`);
  expect(finding?.message.length).toBeLessThan(400);
});
