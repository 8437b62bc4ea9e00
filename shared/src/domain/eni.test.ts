import { describe, expect, test } from '@jest/globals';
import { judgeEni, readCniDefault, type EniFacts } from './eni.ts';

const networks = 'tke.cloud.tencent.com/networks';
const plain: EniFacts = { hostNetwork: false, annotations: {}, resourceNames: ['cpu', 'memory'] };

describe('who is an ENI pod', () => {
  test.each<[string, Partial<EniFacts>, boolean, string]>([
    ['a pod on tke-route-eni', { annotations: { [networks]: 'tke-route-eni' } }, true, 'networks-annotation'],
    ['a pod on tke-direct-eni', { annotations: { [networks]: 'tke-direct-eni' } }, true, 'networks-annotation'],
    ['two networks', { annotations: { [networks]: 'tke-bridge,tke-route-eni' } }, true, 'networks-annotation'],
    ['a pod on tke-bridge', { annotations: { [networks]: 'tke-bridge' } }, false, 'networks-annotation'],
    ['an empty annotation', { annotations: { [networks]: '' } }, false, 'networks-annotation'],
    ['a shared ENI resource', { resourceNames: ['tke.cloud.tencent.com/eni-ip'] }, true, 'eni-resource'],
    ['an exclusive ENI resource', { resourceNames: ['tke.cloud.tencent.com/direct-eni'] }, true, 'eni-resource'],
    ['a sub-ENI resource', { resourceNames: ['cpu', 'tke.cloud.tencent.com/sub-eni'] }, true, 'eni-resource'],
    [
      'hostNetwork with every mark',
      { hostNetwork: true, annotations: { [networks]: 'tke-route-eni' } },
      false,
      'host-network',
    ],
    [
      'the annotation against the resource',
      { annotations: { [networks]: 'tke-bridge' }, resourceNames: ['tke.cloud.tencent.com/eni-ip'] },
      false,
      'networks-annotation',
    ],
  ])('%s', (_, pod, isEni, because) => {
    for (const byDefault of ['eni', 'not-eni'] as const) {
      expect(judgeEni({ ...plain, ...pod }, byDefault)).toEqual({ isEni, because });
    }
  });

  test('without any mark the configured default counts', () => {
    expect(judgeEni(plain, 'eni')).toEqual({ isEni: true, because: 'eni-default' });
    expect(judgeEni(plain, 'not-eni')).toEqual({ isEni: false, because: 'eni-default' });
  });
});

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
