import { expect, test } from '@jest/globals';
import { clusterOption, downCommand, whatNext } from './hints.ts';

test('Only a cluster that is not the default one is named.', () => {
  expect(clusterOption('local', '--cluster')).toBe('');
  expect(clusterOption('ci', '--cluster')).toBe(' --cluster ci');
  expect(downCommand('ci')).toBe('./scripts/quickstart --name ci --down');
});

test('The hints name the cluster and explain themselves in one column.', () => {
  const lines = whatNext('ci', { service: '198.51.100.1', ingress: '198.51.100.2' }).split('\n').slice(2);
  expect(lines.filter((line) => !/ --(cluster|name) ci /.test(line))).toEqual([]);
  const whys = [
    'a rolling',
    'what happened',
    'what the controller',
    'the webhook',
    'the Service',
    'the Ingress',
    'what the CLB',
    'deletes the Service',
    'deletes the Ingress',
    'removes it',
  ];
  expect(new Set(whys.map((why, index) => lines[index]?.indexOf(`    ${why}`))).size).toBe(1);
});
