import { expect, test } from '@jest/globals';
import { httpProbesOf } from './http-probes.ts';

const read = (...probes: readonly object[]) =>
  httpProbesOf({ containers: probes.map((readinessProbe) => ({ readinessProbe })) }, { 'TCP/http': 8080 });

test.each([
  [{ httpGet: { port: 80 } }, [{ port: 80, path: '/' }]],
  [{ httpGet: { port: 'http', path: '/ready' } }, [{ port: 8080, path: '/ready' }]],
  [
    { httpGet: { port: 80, httpHeaders: [{ name: 'host', value: 'a.com' }] } },
    [{ port: 80, path: '/', host: 'a.com' }],
  ],
  [{ httpGet: { port: 'other' } }, []],
  [{ httpGet: { port: 80, scheme: 'HTTPS' } }, []],
  [{ tcpSocket: { port: 80 } }, []],
])('The readiness probe %j is %j.', (probe, expected) => {
  expect(read(probe)).toEqual(expected);
});

test('Each container has its own, and a pod that nothing is known of has none.', () => {
  expect(read({ httpGet: { port: 80 } }, { httpGet: { port: 81 } }).map(({ port }) => port)).toEqual([80, 81]);
  expect(httpProbesOf(undefined, {})).toEqual([]);
});
