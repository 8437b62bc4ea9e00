import { describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aBinding, aPort, aService } from '../../../../testing/builders.ts';
import type { Binding } from '../../../model/binding.ts';
import type { Related, RelatedObjects } from '../../../model/related-objects.ts';
import { readService } from '../read-service.ts';
import type { ServiceFacts } from '../service-facts.ts';
import { serviceConfigOf } from './service-config.ts';
import { readTkeServiceConfig } from './tke-service-config.ts';

const named = { [annotation.serviceConfig]: 'tuned' };

/** A cluster with this TkeServiceConfig in shop, and no other. */
function withSpec(spec: unknown, name = 'tuned'): RelatedObjects {
  const answer = { state: 'found', facts: { spec } };
  return {
    related: (reference) =>
      (reference.namespace === 'shop' && reference.name === name ? answer : { state: 'missing' }) as Related<never>,
  };
}

const inState = (state: string): RelatedObjects => ({ related: () => ({ state }) as Related<never> });

const web = (overrides: Partial<ServiceFacts> = {}) => aService({ annotations: named, ...overrides });
const l4 = (fields: object) => ({
  loadBalancer: { l4Listeners: [{ protocol: 'TCP', port: 80, ...fields }] },
});
const check = (fields: object) => l4({ healthCheck: { enable: true, ...fields } });

function read(service: ServiceFacts, related: RelatedObjects) {
  const { bindings, notices } = readService(service, related);
  return { settings: bindings[0]?.listenerSettings, notices: notices.map(({ reason, message }) => [reason, message]) };
}

describe('A good value of', () => {
  test.each<[string, object, object]>([
    ['healthCheck.enable true', { healthCheck: { enable: true } }, { healthCheck: { HealthSwitch: 1 } }],
    ['healthCheck.enable false', { healthCheck: { enable: false } }, { healthCheck: { HealthSwitch: 0 } }],
    ['healthCheck.intervalTime, least', check({ intervalTime: 2 }), { IntervalTime: 2 }],
    ['healthCheck.intervalTime, most', check({ intervalTime: 300 }), { IntervalTime: 300 }],
    ['healthCheck.timeout', check({ timeout: 60 }), { TimeOut: 60 }],
    ['healthCheck.healthNum', check({ healthNum: 10 }), { HealthNum: 10 }],
    ['healthCheck.unHealthNum', check({ unHealthNum: 2 }), { UnHealthNum: 2 }],
    ['session.enable true', { session: { enable: true } }, { sessionExpireTime: 30 }],
    ['session.enable false', { session: { enable: false, sessionExpireTime: 60 } }, { sessionExpireTime: 0 }],
    [
      'session.sessionExpireTime',
      { session: { enable: true, sessionExpireTime: 3_600 } },
      { sessionExpireTime: 3_600 },
    ],
    ['scheduler WRR', { scheduler: 'WRR' }, { scheduler: 'WRR' }],
    ['scheduler LEAST_CONN', { scheduler: 'LEAST_CONN' }, { scheduler: 'LEAST_CONN' }],
  ])('%s is set, and nothing else is.', (_, fields, expected) => {
    const isCheck = 'loadBalancer' in fields;
    const wanted = isCheck ? { healthCheck: { HealthSwitch: 1, ...expected } } : expected;
    const { settings, notices } = read(web(), withSpec(isCheck ? fields : l4(fields)));
    expect(settings).toEqual({ deregisterTargetRst: true, ...wanted });
    expect(notices).toEqual([]);
  });
});

describe('A wrong value is named with its path and what may stand there, and the others count:', () => {
  test.each<[string, object, string, string]>([
    ['healthCheck.enable', { healthCheck: { enable: 'yes' } }, 'is "yes"', 'true or false'],
    ['healthCheck.enable', { healthCheck: { intervalTime: 5 } }, 'is missing', 'true or false'],
    ['healthCheck.intervalTime', { healthCheck: { enable: true, intervalTime: 1 } }, 'is 1', 'from 2 to 300'],
    ['healthCheck.intervalTime', { healthCheck: { enable: true, intervalTime: 301 } }, 'is 301', 'from 2 to 300'],
    ['healthCheck.intervalTime', { healthCheck: { enable: true, intervalTime: 5.5 } }, 'is 5.5', 'from 2 to 300'],
    ['healthCheck.timeout', { healthCheck: { enable: true, timeout: 61 } }, 'is 61', 'from 2 to 60'],
    [
      'healthCheck.timeout',
      { healthCheck: { enable: true, timeout: 5, intervalTime: 5 } },
      'is 5',
      'less than intervalTime, which is 5',
    ],
    ['healthCheck.healthNum', { healthCheck: { enable: true, healthNum: 11 } }, 'is 11', 'from 2 to 10'],
    ['healthCheck.unHealthNum', { healthCheck: { enable: true, unHealthNum: '3' } }, 'is "3"', 'from 2 to 10'],
    ['healthCheck', { healthCheck: true }, 'is true', 'an object'],
    ['session.enable', { session: { sessionExpireTime: 60 } }, 'is missing', 'true or false'],
    ['session.sessionExpireTime', { session: { enable: true, sessionExpireTime: 29 } }, 'is 29', 'from 30 to 3600'],
    [
      'session.sessionExpireTime',
      { session: { enable: true, sessionExpireTime: 3_601 } },
      'is 3601',
      'from 30 to 3600',
    ],
    ['scheduler', { scheduler: 'IP_HASH', session: { enable: false } }, 'is "IP_HASH"', 'one of WRR, LEAST_CONN'],
    ['port', { port: 70_000 }, 'is 70000', 'from 1 to 65535'],
    ['protocol', { protocol: 'HTTP' }, 'is "HTTP"', 'one of TCP, UDP'],
  ])('%s %#', (path, fields, is, allowed) => {
    const good = { protocol: 'TCP', port: 81, scheduler: 'LEAST_CONN' };
    const spec = { loadBalancer: { l4Listeners: [{ protocol: 'TCP', port: 80, ...fields }, good] } };
    const service = web({ ports: [aPort(), aPort({ port: 81 })] });
    const { bindings, notices } = readService(service, withSpec(spec));
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({ severity: 'Warning', reason: 'TkeServiceConfigMalformed' });
    expect(notices[0]?.message).toContain(`tuned: spec.loadBalancer.l4Listeners[0].${path} ${is}`);
    expect(notices[0]?.message).toContain(allowed);
    expect(bindings[1]?.listenerSettings.scheduler).toBe('LEAST_CONN');
  });

  test('what is right beside it in the same block counts too.', () => {
    const spec = l4({
      scheduler: 'LEAST_CONN',
      session: { enable: true, sessionExpireTime: 7 },
      healthCheck: { enable: true, intervalTime: 900, healthNum: 2 },
    });
    expect(read(web(), withSpec(spec)).settings).toEqual({
      deregisterTargetRst: true,
      scheduler: 'LEAST_CONN',
      healthCheck: { HealthSwitch: 1, HealthNum: 2 },
    });
  });
});

test.each<[string, unknown]>([
  ['no spec', undefined],
  ['an empty spec', {}],
  ['no listeners', { loadBalancer: { l4Listeners: null } }],
  ['no block for the port', { loadBalancer: { l4Listeners: [{ protocol: 'TCP', port: 81, scheduler: 'WRR' }] } }],
  ['no block for the protocol', { loadBalancer: { l4Listeners: [{ protocol: 'UDP', port: 80, scheduler: 'WRR' }] } }],
  ['a block that says nothing', l4({})],
  ['a block with unset fields', l4({ scheduler: null, session: null, healthCheck: null })],
])('With %s a listener stays as it is, and nothing is said.', (_, spec) => {
  const { settings, notices } = read(web(), withSpec(spec));
  expect(settings).toEqual({ deregisterTargetRst: true });
  expect(notices).toEqual([]);
});

test.each<[string, unknown]>([
  ['spec', 7],
  ['spec.loadBalancer', { loadBalancer: [] }],
  ['spec.loadBalancer.l4Listeners', { loadBalancer: { l4Listeners: 'TCP' } }],
  ['spec.loadBalancer.l4Listeners[0]', { loadBalancer: { l4Listeners: [null] } }],
])('A spec with anything at %s changes nothing and is named.', (path, spec) => {
  const { settings, notices } = read(web(), withSpec(spec));
  expect(settings).toEqual({ deregisterTargetRst: true });
  expect(notices).toHaveLength(1);
  expect(String(notices[0])).toContain(`${path} is `);
});

test('Of two blocks about one port the first counts.', () => {
  const block = { protocol: 'TCP', port: 80 };
  const l4Listeners = [
    { ...block, scheduler: 'LEAST_CONN' },
    { ...block, scheduler: 'WRR' },
  ];
  const { settings, notices } = read(web(), withSpec({ loadBalancer: { l4Listeners } }));
  expect(settings?.scheduler).toBe('LEAST_CONN');
  expect(String(notices[0])).toContain('l4Listeners[1].port is 80; write what no block above is about');
});

test('Fields that clb-direct does not set, or that do not exist, are named together.', () => {
  const spec = {
    loadBalancer: {
      internetMaxBandwidthOut: 10,
      l4Listeners: [{ protocol: 'TCP', port: 80, sheduler: 'WRR', healthCheck: { enable: true, interval: 5 } }],
    },
  };
  const { notices } = read(web(), withSpec(spec));
  expect(notices.map(([reason]) => reason)).toEqual(['FieldWithoutEffect']);
  for (const path of ['internetMaxBandwidthOut', 'l4Listeners[0].sheduler', 'l4Listeners[0].healthCheck.interval']) {
    expect(notices[0]?.[1]).toContain(`spec.loadBalancer.${path}`);
  }
});

test('However much of a config is wrong, a few findings of bounded length say so.', () => {
  const l4Listeners = Array.from({ length: 5_000 }, () => ({
    protocol: 'x'.repeat(5_000),
    port: -1,
    ['y\n'.repeat(999)]: 1,
  }));
  const { notices } = read(web(), withSpec({ loadBalancer: { l4Listeners } }));
  expect(notices.length).toBeLessThanOrEqual(7);
  expect(notices.map(([, message]) => message).join('')).toContain('has 9995 more values');
  const { wrong, unread } = readTkeServiceConfig({ loadBalancer: { l4Listeners } });
  expect([wrong, unread].flat().length).toBeLessThan(20);
  for (const [, message = ''] of notices) {
    expect(message.length).toBeLessThan(900);
    expect(message).not.toContain('\n');
  }
});

describe('rules of an HTTP listener', () => {
  const place = { protocol: 'HTTPS', port: 443, domain: 'a.com', url: '/api' } as const;
  const rule: Binding = aBinding({ place, listenerSettings: {}, ruleSettings: {} });
  const configured = (fields: object, domain = 'a.com') => {
    const rules = [{ url: '/api', ...fields }];
    const spec = { loadBalancer: { l7Listeners: [{ protocol: 'HTTPS', port: 443, domains: [{ domain, rules }] }] } };
    const config = serviceConfigOf(web(), withSpec(spec));
    return { ...config.configured(rule), messages: config.findings.map(({ message }) => message) };
  };

  test.each<[object, object]>([
    [{ scheduler: 'IP_HASH' }, { scheduler: 'IP_HASH' }],
    [{ forwardType: 'GRPC' }, { forwardType: 'GRPC', http2: true }],
    [{ session: { enable: true, sessionExpireTime: 300 } }, { sessionExpireTime: 300 }],
    [
      {
        healthCheck: {
          enable: true,
          intervalTime: 10,
          timeout: 3,
          healthNum: 2,
          unHealthNum: 4,
          httpCheckPath: '/healthz',
          httpCheckDomain: 'a.com',
          httpCheckMethod: 'GET',
          httpCode: 6,
          sourceIpType: 1,
          checkType: 'HTTP',
          checkPort: 8081,
        },
      },
      {
        healthCheck: {
          HealthSwitch: 1,
          IntervalTime: 10,
          TimeOut: 3,
          HealthNum: 2,
          UnHealthNum: 4,
          HttpCheckPath: '/healthz',
          HttpCheckDomain: 'a.com',
          HttpCheckMethod: 'GET',
          HttpCode: 6,
          SourceIpType: 1,
          CheckType: 'HTTP',
          CheckPort: 8081,
        },
      },
    ],
  ])('take %j', (fields, expected) => {
    const { ruleSettings, listenerSettings, messages } = configured(fields);
    expect(ruleSettings).toEqual(expected);
    expect(listenerSettings).toEqual({});
    expect(messages).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['scheduler', { scheduler: 'RR' }, 'one of WRR, LEAST_CONN, IP_HASH'],
    ['forwardType', { forwardType: 'TCP' }, 'one of HTTP, HTTPS, GRPC'],
    ['url', { url: null }, 'the path of a rule'],
    ['healthCheck.httpCheckPath', { healthCheck: { enable: true, httpCheckPath: 'healthz' } }, 'such as /healthz'],
    ['healthCheck.httpCheckDomain', { healthCheck: { enable: true, httpCheckDomain: '*.a.com' } }, 'without wildcard'],
    ['healthCheck.httpCheckMethod', { healthCheck: { enable: true, httpCheckMethod: 'POST' } }, 'one of HEAD, GET'],
    ['healthCheck.httpCode', { healthCheck: { enable: true, httpCode: 32 } }, 'from 1 to 31'],
    ['healthCheck.sourceIpType', { healthCheck: { enable: true, sourceIpType: 2 } }, 'one of 0, 1'],
    ['healthCheck.checkType', { healthCheck: { enable: true, checkType: 'PING' } }, 'one of HTTP, HTTPS, TCP, GRPC'],
    ['healthCheck.checkPort', { healthCheck: { enable: true, checkPort: 0 } }, 'from 1 to 65535'],
  ])('refuse a wrong %s', (path, fields, allowed) => {
    const { messages } = configured(fields);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(`spec.loadBalancer.l7Listeners[0].domains[0].rules[0].${path} `);
    expect(messages[0]).toContain(allowed);
  });

  test('of another domain stay as they are; an empty domain means requests by address.', () => {
    expect(configured({ scheduler: 'WRR' }, 'b.com').ruleSettings).toEqual({});
    const byAddress = aBinding({ place: { ...place, domain: '' } });
    const rules = [{ url: '/api', scheduler: 'WRR' }];
    const spec = {
      loadBalancer: { l7Listeners: [{ protocol: 'HTTPS', port: 443, domains: [{ domain: '', rules }] }] },
    };
    expect(serviceConfigOf(web(), withSpec(spec)).configured(byAddress).ruleSettings).toEqual({ scheduler: 'WRR' });
  });
});

describe('Which config counts', () => {
  const spec = l4({ scheduler: 'LEAST_CONN' });
  const reference = (name: string) => [{ kind: 'TkeServiceConfig', namespace: 'shop', name }];

  test('is what the Service names, in its own namespace.', () => {
    expect(readService(web(), withSpec(spec)).references).toEqual(reference('tuned'));
    expect(read(web({ namespace: 'other' }), withSpec(spec)).settings?.scheduler).toBeUndefined();
  });

  test('is with -auto the one of its own name.', () => {
    const service = web({ annotations: { [annotation.serviceConfigAuto]: 'true' } });
    expect(readService(service, withSpec(spec, 'web-auto-service-config')).references).toEqual(
      reference('web-auto-service-config'),
    );
    expect(read(service, withSpec(spec, 'web-auto-service-config')).settings?.scheduler).toBe('LEAST_CONN');
  });

  test('is the named one where both are asked for, and that is said.', () => {
    const service = web({ annotations: { ...named, [annotation.serviceConfigAuto]: 'true' } });
    const { settings, notices } = read(service, withSpec(spec));
    expect(settings?.scheduler).toBe('LEAST_CONN');
    expect(String(notices)).toContain('exclude each other; remove one');
  });

  test.each([[{}], [{ [annotation.serviceConfigAuto]: 'false' }]])(
    'is none with the annotations %j, and nothing is said.',
    (annotations) => {
      const { references, notices } = readService(web({ annotations }), withSpec(spec));
      expect([references, notices]).toEqual([[], []]);
    },
  );

  test.each([
    [{ [annotation.serviceConfigAuto]: 'yes' }, 'write "true" or "false"'],
    [{ [annotation.serviceConfig]: '' }, 'write the name of a TkeServiceConfig'],
    [{ [annotation.serviceConfig]: 'Not A Name' }, 'is "Not A Name"; write the name'],
    [{ [annotation.serviceConfig]: 'web-auto-service-config' }, 'names that end in -auto-service-config or'],
    [{ [annotation.serviceConfig]: 'web-auto-ingress-config' }, 'Use another name'],
  ])('is none with the annotations %j, and that is said.', (annotations, text) => {
    const { references, notices } = readService(web({ annotations }), withSpec(spec));
    expect(references).toEqual([]);
    expect(notices).toMatchObject([
      { reason: 'AnnotationMalformed', message: expect.stringContaining(text) as unknown },
    ]);
  });
});

test.each([
  ['pending', []],
  ['missing', ['TkeServiceConfigNotFound']],
  ['unreadable', ['TkeServiceConfigNotFound']],
])('While the config is %s, listeners are made and stay as without it.', (state, reasons) => {
  const { bindings, findings, notices, references } = readService(web(), inState(state));
  expect(bindings).toEqual([aBinding({ isConfigUnknown: true })]);
  expect(findings).toEqual([]);
  expect(references).toHaveLength(1);
  expect(notices.map(({ reason }) => reason)).toEqual(reasons);
});

test.each([
  [named, 'tuned'],
  [{ [annotation.serviceConfigAuto]: 'true' }, 'web-auto-service-config'],
])('Of one that is too large nothing counts, and nothing is written to it: %j.', (annotations, name) => {
  const facts = { spec: undefined, isTooLarge: true };
  const related: RelatedObjects = { related: () => ({ state: 'found', facts }) as unknown as Related<never> };
  const { bindings, notices, autoConfig } = readService(web({ annotations }), related);
  expect(bindings).toEqual([aBinding({ isConfigUnknown: true })]);
  expect(autoConfig).toBeUndefined();
  expect(notices.map(({ message }) => message)).toEqual([
    `Make TkeServiceConfig ${name} smaller: it has more than 20000 values, 300000 letters or 20 levels. ` +
      'Until then the settings of the CLB stay as they are.',
  ]);
});

test.each<[string, Record<string, string>, true | undefined]>([
  ['a config that cannot be one', { [annotation.serviceConfig]: 'Not A Name' }, true],
  ['none', {}, undefined],
  ['one of its own that is not made yet', { [annotation.serviceConfigAuto]: 'true' }, undefined],
])('Of a Service that names %s it is clear whether its settings are known.', (_, annotations, expected) => {
  expect(readService(web({ annotations }), inState('missing')).bindings[0]?.isConfigUnknown).toBe(expected);
});

test('The annotation clb-direct.io/health-check comes before the config, field by field.', () => {
  const spec = check({ intervalTime: 10 });
  expect(read(web({ healthCheck: 'off' }), withSpec(spec)).settings?.healthCheck).toEqual({
    HealthSwitch: 0,
    IntervalTime: 10,
  });
});

/** Which of the two counts depends on the record: plan/recorded.test.ts. */
test.each([
  ['ClientIP', 300],
  ['None', undefined],
])('The session of a config stands beside what sessionAffinity %s asks for.', (sessionAffinity, seconds) => {
  const service = web({ sessionAffinity, sessionAffinitySeconds: 300 });
  const { bindings } = readService(service, withSpec(l4({ session: { enable: true, sessionExpireTime: 60 } })));
  expect(bindings).toMatchObject([{ listenerSettings: { sessionExpireTime: 60 } }]);
  expect(bindings[0]?.sessionAffinitySeconds).toBe(seconds);
});
