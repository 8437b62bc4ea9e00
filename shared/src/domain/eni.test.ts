import { describe, expect, test } from '@jest/globals';
import { readCniDefault } from './eni.ts';

describe("the default in TKE's CNI settings", () => {
  test.each([
    ['no ConfigMap', undefined, { eniDefault: 'eni' }],
    ['route ENI', '{"defaultDelegates":"tke-route-eni"}', { eniDefault: 'eni' }],
    ['several', '{"defaultDelegates":"tke-bridge,tke-direct-eni"}', { eniDefault: 'eni' }],
    ['bridge', '{"defaultDelegates":"tke-bridge"}', { eniDefault: 'not-eni' }],
    ['no default', '{"cniVersion":"0.3.1"}', { eniDefault: 'not-eni' }],
    ['garbage', '{', { eniDefault: 'eni', problem: 'it is not JSON' }],
    ['null', 'null', { eniDefault: 'eni', problem: 'it is not a JSON object' }],
    ['a list', '{"defaultDelegates":["a"]}', { eniDefault: 'eni', problem: 'defaultDelegates is not a string' }],
  ])('%s', (_, conf, expected) => {
    expect(readCniDefault(conf)).toEqual(expected);
  });
});
