import { describe, expect, test } from '@jest/globals';
import { ingressAnnotation as name } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aBackendService, anIngress, aPath, onExisting } from '../../../testing/ingress-builders.ts';
import type { RelatedObjects } from '../../model/related-objects.ts';
import type { HealthCheck } from '../../model/settings.ts';
import { readIngress } from './read-ingress.ts';

function read(annotations: Readonly<Record<string, string>>, host = 'a.com', spec?: unknown) {
  const related = ({ kind }: { readonly kind: string }) =>
    kind === 'Service'
      ? { state: 'found', facts: aBackendService() }
      : kind === 'TkeServiceConfig'
        ? { state: 'found', facts: { spec } }
        : { state: 'missing' };
  const paths = [aPath({ host }), aPath({ host, path: '/api', pathType: 'Exact' })];
  const ingress = anIngress({ annotations: { ...onExisting, ...annotations }, paths });
  return readIngress(ingress, { related } as unknown as RelatedObjects);
}

const checksOf = (...args: Parameters<typeof read>) =>
  read(...args).bindings.map(({ ruleSettings }) => ruleSettings.healthCheck);
const told = (annotations: Readonly<Record<string, string>>) =>
  read(annotations)
    .notices.filter(({ reason }) => reason === 'AnnotationMalformed')
    .map(({ message }) => message);

const longest = `/${'x'.repeat(199)}`;

describe('Of all rules of an Ingress', () => {
  test.each<[string, string, HealthCheck | undefined]>([
    [annotation.healthCheck, 'on', { HealthSwitch: 1 }],
    [annotation.healthCheck, 'off', { HealthSwitch: 0 }],
    [annotation.healthCheck, 'true', undefined],
    [annotation.healthCheck, '', undefined],
    [name.healthCheckPath, '/', { HttpCheckPath: '/' }],
    [name.healthCheckPath, '/healthz?full=1', { HttpCheckPath: '/healthz?full=1' }],
    [name.healthCheckPath, longest, { HttpCheckPath: longest }],
    [name.healthCheckPath, `${longest}x`, undefined],
    [name.healthCheckPath, 'healthz', undefined],
    [name.healthCheckPath, '/a b', undefined],
    [name.healthCheckMethod, 'GET', { HttpCheckMethod: 'GET' }],
    [name.healthCheckMethod, 'HEAD', { HttpCheckMethod: 'HEAD' }],
    [name.healthCheckMethod, 'get', undefined],
    [name.healthCheckMethod, 'POST', undefined],
    [name.healthCheckStatuses, '2xx', { HttpCode: 2 }],
    [name.healthCheckStatuses, '2xx, 3xx', { HttpCode: 6 }],
    [name.healthCheckStatuses, '2xx,2xx', { HttpCode: 2 }],
    [name.healthCheckStatuses, '5xx,4xx,3xx,2xx,1xx', { HttpCode: 31 }],
    [name.healthCheckStatuses, '200', undefined],
    [name.healthCheckStatuses, '2xx,', undefined],
    [name.healthCheckStatuses, 'toString', undefined],
  ])('%s %j means %j', (key, text, check) => {
    expect(checksOf({ [key]: text })).toEqual([check, check]);
    expect(told({ [key]: text })).toEqual(check === undefined ? [expect.stringContaining(`${key} is "`)] : []);
  });

  test('none of the annotations asks for anything where it is absent', () => {
    expect(checksOf({})).toEqual([undefined, undefined]);
    expect(told({})).toEqual([]);
  });

  test('several say one check, and the host of a wildcard is in it', () => {
    const asked = { [name.healthCheckPath]: '/ok', [name.healthCheckStatuses]: '2xx', [name.healthCheckMethod]: 'x' };
    expect(checksOf(asked, '*.a.com')[0]).toEqual({ HttpCheckPath: '/ok', HttpCode: 2, HttpCheckDomain: 'a.com' });
  });

  test('they win over a TkeServiceConfig, field by field', () => {
    const healthCheck = { enable: true, httpCheckPath: '/config', httpCode: 4 };
    const rules = [{ url: '/', scheduler: 'WRR', healthCheck }];
    const spec = {
      loadBalancer: { l7Listeners: [{ protocol: 'HTTP', port: 80, domains: [{ domain: 'a.com', rules }] }] },
    };
    const asked = { [name.serviceConfig]: 'tuned', [name.healthCheckPath]: '/mine' };
    expect(checksOf(asked, 'a.com', spec)).toEqual(
      expect.arrayContaining([{ HealthSwitch: 1, HttpCheckPath: '/mine', HttpCode: 4 }, { HttpCheckPath: '/mine' }]),
    );
  });
});
