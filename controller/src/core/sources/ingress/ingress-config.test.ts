import { describe, expect, test } from '@jest/globals';
import { ingressAnnotation, ingressController } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aBackendService, anIngress, aPath, onExisting } from '../../../testing/ingress-builders.ts';
import { referenceKey, type ObjectReference, type RelatedObjects } from '../../model/related-objects.ts';
import { namesOf } from '../service/config/rule-names.ts';
import { readIngress } from './read-ingress.ts';

const objectsOf = (known: Readonly<Record<string, unknown>>): RelatedObjects => ({
  related: (reference: ObjectReference) => {
    const facts = { 'Service/shop/web': aBackendService(), ...known }[referenceKey(reference)];
    return (facts === undefined ? { state: 'missing' } : { state: 'found', facts }) as never;
  },
});
const named = { ...onExisting, [ingressAnnotation.serviceConfig]: 'tuned' };
const specOf = (domain: string, url: string, rule: object = {}) => ({
  spec: {
    loadBalancer: {
      l7Listeners: [{ protocol: 'HTTP', port: 80, domains: [{ domain, rules: [{ url, scheduler: 'WRR', ...rule }] }] }],
    },
  },
});
const read = (known: Readonly<Record<string, unknown>>, overrides: Parameters<typeof anIngress>[0] = {}) =>
  readIngress(anIngress({ annotations: named, paths: [aPath({ host: 'a.com' })], ...overrides }), objectsOf(known));

test('Each field of a block is a setting of its rule.', () => {
  const healthCheck = { enable: true, intervalTime: 7, httpCheckPath: '/ok', httpCode: 2, checkType: 'GRPC' };
  const rule = { scheduler: 'IP_HASH', session: { enable: true, sessionExpireTime: 60 }, healthCheck };
  const config = specOf('a.com', '/', { ...rule, forwardType: 'GRPC' });
  const { bindings, findings, notices, references } = read({ 'TkeServiceConfig/shop/tuned': config });
  expect(bindings).toMatchObject([
    {
      ruleSettings: {
        scheduler: 'IP_HASH',
        sessionExpireTime: 60,
        forwardType: 'GRPC',
        healthCheck: { HealthSwitch: 1, IntervalTime: 7, HttpCheckPath: '/ok', HttpCode: 2, CheckType: 'GRPC' },
      },
    },
  ]);
  expect([findings, notices]).toEqual([[], []]);
  expect(references).toContainEqual({ kind: 'TkeServiceConfig', namespace: 'shop', name: 'tuned' });
});

test.each<[string, string, Parameters<typeof aPath>[0], number]>([
  ['a.com', '/x', { path: '/x' }, 2],
  ['a.com', '/x/', { path: '/x' }, 2],
  ['a.com', '=/x', { path: '/x' }, 1],
  ['a.com', '/x', { path: '/x', pathType: 'Exact' }, 1],
  ['a.com', '/x/', { path: '/x/', pathType: 'Exact' }, 1],
  ['a.com', '/x', { path: '/x', pathType: 'ImplementationSpecific' }, 1],
  ['a.com', '/y', { path: '/x' }, 0],
  ['b.com', '/x', { path: '/x' }, 0],
  ['', '/', { host: '' }, 1],
  ['*.a.com', '/', { host: '*.a.com' }, 1],
])('A block of "%s" "%s" is about the rules of %j: %d of them.', (domain, url, path, count) => {
  const { bindings } = read(
    { 'TkeServiceConfig/shop/tuned': specOf(domain, url) },
    { paths: [aPath({ host: 'a.com', ...path })] },
  );
  expect(bindings.filter(({ ruleSettings }) => ruleSettings.scheduler === 'WRR')).toHaveLength(count);
});

test('The form of the CLB comes before that of the Ingress.', () => {
  expect(namesOf({ protocol: 'HTTP', port: 80, domain: 'a.com', url: '=/x' })[0]).toMatchObject({ url: '=/x' });
});

describe('HTTP/2 and gRPC', () => {
  const secure = {
    tls: [{ hosts: ['a.com'], secretName: 'cert' }],
    paths: [aPath({ host: 'a.com' }), aPath({ host: 'a.com', path: '/x', pathType: 'Exact' })],
  };
  const known = (domain: object, listener: object = {}) => ({
    'Secret/shop/cert': { certificateId: 'one', caCertificateId: undefined },
    'TkeServiceConfig/shop/tuned': {
      spec: {
        loadBalancer: {
          l7Listeners: [{ protocol: 'HTTPS', port: 443, ...listener, domains: [{ domain: 'a.com', ...domain }] }],
        },
      },
    },
  });
  const settingsOf = (...args: Parameters<typeof known>) =>
    read(known(...args), secure).bindings.map(({ ruleSettings: { http2, forwardType } }) => ({ http2, forwardType }));

  test.each([true, false])('%s of a domain is that of all its rules', (http2) => {
    expect(settingsOf({ http2 })).toEqual(Array(2).fill({ http2, forwardType: undefined }));
  });

  test('a rule that forwards gRPC needs HTTP/2, which is asked for with it', () => {
    const rules = [{ url: '/x', forwardType: 'GRPC' }];
    expect(settingsOf({ rules })).toContainEqual({ http2: true, forwardType: 'GRPC' });
  });

  test.each([0, 1])('keepaliveEnable %d is a setting of the listener', (keepaliveEnable) => {
    const { bindings } = read(known({}, { keepaliveEnable }), secure);
    expect(bindings[0]?.listenerSettings).toEqual({ sniSwitch: true, keepalive: keepaliveEnable === 1 });
  });

  test.each([
    [{ http2: 'on' }, {}, 'domains[0].http2 is "on"; write true or false'],
    [{}, { keepaliveEnable: true }, 'keepaliveEnable is true; write one of 0, 1'],
  ])('%j %j is told', (domain, listener, message) => {
    expect(read(known(domain, listener), secure).notices[0]?.message).toContain(message);
  });

  test('of an HTTP listener is told', () => {
    const config = {
      spec: {
        loadBalancer: { l7Listeners: [{ protocol: 'HTTP', port: 80, domains: [{ domain: 'a.com', http2: true }] }] },
      },
    };
    const { bindings, notices } = read({ 'TkeServiceConfig/shop/tuned': config });
    expect(bindings[0]?.ruleSettings).toEqual({});
    expect(notices[0]?.message).toContain('domains[0].http2 is true; write it at HTTPS listeners only');
  });
});

test('What is wrong or unknown in it is told, and the rest counts.', () => {
  const config = specOf('a.com', '/', { forwardType: 'FTP', colour: 'red' });
  const { bindings, notices } = read({ 'TkeServiceConfig/shop/tuned': config });
  expect(bindings[0]?.ruleSettings).toEqual({ scheduler: 'WRR' });
  expect(notices.map(({ reason }) => reason)).toEqual(['TkeServiceConfigMalformed', 'FieldWithoutEffect']);
});

test('One that is missing is told, with the annotation of Ingresses, and changes nothing.', () => {
  const { bindings, notices } = read({});
  expect(bindings[0]?.ruleSettings).toEqual({});
  expect(notices).toMatchObject([{ reason: 'TkeServiceConfigNotFound' }]);
  expect(notices[0]?.message).toContain('annotation ingress.cloud.tencent.com/tke-service-config.');
});

test.each([
  ['Not A Name', 'write the name of a TkeServiceConfig'],
  ['', 'write the name of a TkeServiceConfig'],
  ['site-auto-ingress-config', 'Use another name'],
])('The name "%s" is wrong, which is told.', (name, message) => {
  const { notices } = read({}, { annotations: { ...onExisting, [ingressAnnotation.serviceConfig]: name } });
  expect(notices[0]?.message).toContain(message);
});

test('With tke-service-config-auto the one of its own is read, and is to be made while it is missing.', () => {
  const annotations = { ...onExisting, [ingressAnnotation.serviceConfigAuto]: 'true' };
  const made = { 'TkeServiceConfig/shop/site-auto-ingress-config': specOf('a.com', '/') };
  expect(read(made, { annotations }).bindings[0]?.ruleSettings.scheduler).toBe('WRR');
  const { notices, autoConfig } = read({}, { annotations });
  expect([notices, autoConfig]).toEqual([[], { name: 'site-auto-ingress-config', found: undefined }]);
});

describe('The parameters of its IngressClass', () => {
  const aClass = (namespace?: string) => ({
    'IngressClass//clb': { controller: ingressController, config: { namespace, name: 'common' } },
  });
  const schedulerOf = (known: Readonly<Record<string, unknown>>, annotations: Readonly<Record<string, string>>) =>
    read(known, { className: 'clb', annotations }).bindings[0]?.ruleSettings.scheduler;
  const spec = specOf('a.com', '/');

  test.each([undefined, 'infra'])('name a TkeServiceConfig of the namespace %s', (namespace) => {
    const known = { ...aClass(namespace), [`TkeServiceConfig/${namespace ?? 'shop'}/common`]: spec };
    expect(schedulerOf(known, onExisting)).toBe('WRR');
  });

  test.each(['pending', 'unreadable'])('are not known while the class is %s', (state) => {
    const objects: RelatedObjects = {
      related: (reference) =>
        reference.kind === 'IngressClass' ? ({ state } as never) : objectsOf({}).related(reference),
    };
    const annotations = { ...onExisting, [annotation.managed]: 'true' };
    const ingress = anIngress({ className: 'clb', annotations, paths: [aPath({ host: 'a.com' })] });
    expect(readIngress(ingress, objects).bindings[0]?.isConfigUnknown).toBe(true);
  });

  test.each([
    ['are not known while the class is missing and the Ingress is served', true, true],
    ['are none where the class is missing from the start', false, undefined],
  ])('%s', (_, hasFinalizer, expected) => {
    const annotations = { ...onExisting, [annotation.managed]: 'true' };
    const { bindings } = read({}, { className: 'clb', annotations, hasFinalizer });
    expect(bindings[0]?.isConfigUnknown).toBe(expected);
  });

  test('come after its own annotation', () => {
    const known = {
      ...aClass(),
      'TkeServiceConfig/shop/common': spec,
      'TkeServiceConfig/shop/tuned': specOf('a.com', '/', { scheduler: 'IP_HASH' }),
    };
    expect(schedulerOf(known, named)).toBe('IP_HASH');
  });

  test('are named where what they name is missing', () => {
    const { notices } = read(aClass(), { className: 'clb', annotations: onExisting });
    expect(notices[0]?.message).toContain('Create TkeServiceConfig common, or correct parameters of its IngressClass.');
  });
});

describe('Weights of lb-rs-weight', () => {
  const weights = (key: object) => ({
    ...onExisting,
    [ingressAnnotation.targetWeights]: JSON.stringify({
      defaultWeight: 5,
      groups: [{ key, statefulSets: [{ name: 'web', weights: [{ weight: 20, podIndexes: [0] }] }] }],
    }),
  });
  const readWith = (annotations: Readonly<Record<string, string>>) => read({}, { annotations });

  test.each(['HTTP', 'TCP'])('count for the pods of rules at a port of %s', (proto) => {
    const { bindings, notices } = readWith(weights({ proto, port: 80 }));
    expect(bindings[0]?.backends).toMatchObject({ weights: { default: 5, byPod: { 'web-0': 20 } } });
    expect(notices).toEqual([]);
  });

  test('of another port are told', () => {
    const { bindings, notices } = readWith(weights({ proto: 'HTTP', port: 81 }));
    expect(bindings[0]?.backends).toMatchObject({ weights: { default: 5, byPod: {} } });
    expect(notices[0]?.message).toContain('groups[0] is about HTTP 81, and the Ingress has HTTP 80');
  });
});

test.each([
  ['true', true],
  ['false', false],
  [undefined, false],
])('enable-grace-deletion %s asks that the deletion of pods waits: %s.', (text, wants) => {
  const more = text === undefined ? {} : { [ingressAnnotation.graceDeletion]: text };
  expect(read({}, { annotations: { ...onExisting, ...more } }).wantsDrain).toBe(wants);
});
