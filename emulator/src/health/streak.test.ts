import { expect, test } from '@jest/globals';
import { afterProbe, unprobed } from './streak.ts';

const check = { HealthNum: 3, UnHealthNum: 2 };
const cases: [string, string][] = [
  ['', 'Unknown'],
  ['+', 'Unknown'],
  ['++', 'Unknown'],
  ['+++', 'Alive'],
  ['-', 'Unknown'],
  ['--', 'Dead'],
  ['++-+++', 'Alive'],
  ['++-++', 'Unknown'],
  ['+++-', 'Alive'],
  ['+++-+-', 'Alive'],
  ['+++--', 'Dead'],
  ['+++--++', 'Dead'],
  ['+++--+++', 'Alive'],
];

test.each(cases)('after the probes "%s" a target is %s', (probes, health) => {
  const streak = probes.split('').reduce((before, probe) => afterProbe(before, probe === '+', check), unprobed);
  expect(streak.health).toBe(health);
});
