import { describe, expect, test } from '@jest/globals';
import { toListeners } from './listeners.ts';

/** As DescribeListeners sends it: what does not go with the type of the check is null. */
const checkAnswer = {
  HealthSwitch: 1,
  CheckType: 'TCP',
  TimeOut: 2,
  IntervalTime: 5,
  HealthNum: 3,
  UnHealthNum: 3,
  HttpCode: null,
  HttpCheckPath: null,
  HttpCheckDomain: null,
  HttpCheckMethod: null,
  HttpVersion: null,
  CheckPort: null,
  SourceIpType: 1,
  ContextType: null,
  ExtendedCode: null,
};
const check = {
  HealthSwitch: 1,
  CheckType: 'TCP',
  TimeOut: 2,
  IntervalTime: 5,
  HealthNum: 3,
  UnHealthNum: 3,
  SourceIpType: 1,
};
const aListener = { ListenerId: 'lbl-1', ListenerName: 'ours', Protocol: 'TCP', Port: 80, Rules: null };
const anL7Listener = { ...aListener, Protocol: 'HTTPS', Port: 443 };
const first = (listener: object) => toListeners({ TotalCount: 1, Listeners: [listener] })[0];

test('listeners of other owners are listed too', () => {
  const answer = {
    TotalCount: 2,
    Listeners: [
      { ListenerId: 'lbl-1', ListenerName: 'ours', Protocol: 'TCP', Port: 80, EndPort: 0, Rules: null },
      { ListenerId: 'lbl-2', ListenerName: 'site', Protocol: 'HTTPS', Port: 443, HealthCheck: null, Rules: [] },
    ],
  };
  expect(toListeners(answer)).toEqual([
    { id: 'lbl-1', name: 'ours', protocol: 'TCP', port: 80, settings: {}, rules: [] },
    { id: 'lbl-2', name: 'site', protocol: 'HTTPS', port: 443, settings: {}, rules: [] },
  ]);
});

describe('settings of a listener', () => {
  test('are what the API returned: a null says nothing', () => {
    const settings = {
      HealthCheck: checkAnswer,
      Scheduler: 'WRR',
      SessionExpireTime: 0,
      DeregisterTargetRst: false,
      SniSwitch: 0,
      Certificate: null,
    };
    expect(first({ ...aListener, ...settings })?.settings).toStrictEqual({
      healthCheck: check,
      scheduler: 'WRR',
      sessionExpireTime: 0,
      deregisterTargetRst: false,
    });
    const none = { HealthCheck: null, Scheduler: null, SessionExpireTime: null };
    expect(first({ ...anL7Listener, ...none })?.settings).toStrictEqual({});
  });

  test('have the switches of rescheduling that AttrFlags names on, and only TCP and UDP have them', () => {
    const answer = { AttrFlags: ['RescheduleUnhealthy', 'Stop'], RescheduleInterval: 30, RescheduleStartTime: 0 };
    expect(first({ ...aListener, ...answer })?.settings).toStrictEqual({
      rescheduleTargetZeroWeight: false,
      rescheduleUnhealthy: true,
      rescheduleExpandTarget: false,
      rescheduleStartTime: 0,
      rescheduleInterval: 30,
    });
    expect(first({ ...aListener, AttrFlags: null, RescheduleInterval: null })?.settings).toStrictEqual({});
    expect(first({ ...anL7Listener, ...answer })?.settings).toStrictEqual({});
  });

  test.each([
    ['HTTPS', 1, true],
    ['HTTPS', 0, false],
    ['HTTPS', null, undefined],
    ['TCP', 0, undefined],
  ])('of protocol %s with SniSwitch %s have SNI: %s', (Protocol, SniSwitch, sniSwitch) => {
    expect(first({ ...aListener, Protocol, SniSwitch })?.settings.sniSwitch).toBe(sniSwitch);
  });

  test.each([
    [
      { SSLMode: 'UNIDIRECTIONAL', CertId: 'cert-b', CertCaId: '', ExtCertIds: ['cert-a'] },
      { mode: 'UNIDIRECTIONAL', ids: ['cert-a', 'cert-b'] },
    ],
    [
      { SSLMode: 'MUTUAL', CertId: 'cert-b', CertCaId: 'ca-1', ExtCertIds: null },
      { mode: 'MUTUAL', ids: ['cert-b'], caId: 'ca-1' },
    ],
    [{ SSLMode: null, CertId: '', CertCaId: null, ExtCertIds: [] }, undefined],
  ])('have all certificates, sorted: %j', (Certificate, certificates) => {
    expect(first({ ...anL7Listener, Certificate })?.settings.certificates).toStrictEqual(certificates);
  });
});

describe('rules', () => {
  const aRule = { LocationId: 'loc-1', Domain: 'example.com', Url: '/a' };
  const ourL7Listener = { ...anL7Listener, ListenerName: 'clb-direct_cls-1_shared' };
  const firstRule = (rule: object) => first({ ...ourL7Listener, Rules: [rule] })?.rules[0];

  test('come with their listener and their settings', () => {
    const httpCheck = { ...checkAnswer, CheckType: 'HTTP', HttpCode: 31, HttpCheckPath: '/', HttpCheckDomain: '' };
    const rule = {
      ...aRule,
      HealthCheck: httpCheck,
      Scheduler: 'IP_HASH',
      SessionExpireTime: 30,
      ForwardType: 'HTTP',
      Certificate: { SSLMode: 'UNIDIRECTIONAL', CertId: 'cert-1', CertCaId: '', ExtCertIds: [] },
      RewriteTarget: { TargetListenerId: null, TargetLocationId: null },
      DefaultServer: true,
    };
    expect(firstRule(rule)).toStrictEqual({
      locationId: 'loc-1',
      domain: 'example.com',
      url: '/a',
      settings: {
        healthCheck: { ...check, CheckType: 'HTTP', HttpCode: 31, HttpCheckPath: '/', HttpCheckDomain: '' },
        scheduler: 'IP_HASH',
        sessionExpireTime: 30,
        forwardType: 'HTTP',
        certificates: { mode: 'UNIDIRECTIONAL', ids: ['cert-1'] },
        isDefault: true,
      },
    });
    expect(firstRule({ ...rule, DefaultServer: false })?.settings).not.toHaveProperty('isDefault');
  });

  test.each([
    [{ Http2: true }, { http2: true }],
    [{ Http2: false }, { http2: false }],
    [{ Http2: null }, {}],
  ])('of domains with HTTP/2 say so: %j', (rule, settings) => {
    expect(firstRule({ ...aRule, ...rule })?.settings).toEqual(settings);
  });

  test('of listeners that keep connections to their targets say so there', () => {
    const settingsOf = (KeepaliveEnable: unknown, listener: object) =>
      first({ ...listener, KeepaliveEnable, Rules: [] })?.settings.keepalive;
    expect([settingsOf(1, ourL7Listener), settingsOf(0, ourL7Listener), settingsOf(null, ourL7Listener)]).toEqual([
      true,
      false,
      undefined,
    ]);
    expect(settingsOf(0, aListener)).toBeUndefined();
  });

  test('that redirect are listed, also those of listeners that others made', () => {
    const RewriteTarget = { TargetListenerId: 'lbl-2', TargetLocationId: 'loc-2', RewriteCode: 302, TakeUrl: false };
    const to = { listenerId: 'lbl-2', locationId: 'loc-2' };
    const known = { locationId: 'loc-1', domain: 'example.com', url: '/a', to };
    const redirects = (rule: object, listener: object = anL7Listener) =>
      first({ ...listener, Rules: [rule] })?.redirects;
    expect(redirects({ ...aRule, RewriteTarget })).toEqual([{ ...known, code: 302, takesUrl: false }]);
    const sparse = { TargetListenerId: 'lbl-2', TargetLocationId: 'loc-2', RewriteCode: null, TakeUrl: null };
    expect(redirects({ ...aRule, RewriteTarget: sparse }, ourL7Listener)).toEqual([
      { ...known, code: 301, takesUrl: true },
    ]);
    for (const none of [null, {}, { TargetListenerId: '', TargetLocationId: '' }]) {
      expect(redirects({ ...aRule, RewriteTarget: none })).toBeUndefined();
    }
    expect(redirects({ RewriteTarget })).toBeUndefined();
  });

  test('of several domains are known by the first, those of none by an empty one', () => {
    expect(firstRule({ ...aRule, Domain: '', Domains: ['a.example.com', 'b.example.com'] })?.domain).toBe(
      'a.example.com',
    );
    expect(firstRule({ ...aRule, Domain: null, Domains: [] })).toMatchObject({ domain: '', settings: {} });
  });

  test.each([
    [{ ...aRule, LocationId: null }, 'LocationId is missing'],
    [{ ...aRule, Url: null }, 'Url is missing'],
  ])('that lack what identifies them are not guessed: %j', (rule, message) => {
    expect(() => firstRule(rule)).toThrow(message);
  });

  test('that do not come at all with an HTTP or HTTPS listener are an error; null means none', () => {
    const without = { ListenerId: 'lbl-1', ListenerName: 'clb-direct_cls-1_shared', Port: 443 };
    expect(() => first({ ...without, Protocol: 'HTTPS' })).toThrow('listener lbl-1 has no Rules');
    expect(first(ourL7Listener)?.rules).toEqual([]);
    expect(first({ ...without, Protocol: 'UDP' })?.rules).toEqual([]);
  });

  test.each([
    [undefined, []],
    [null, []],
    [[aRule], ['loc-1']],
    [[{ LocationId: null, Url: '/' }, { LocationId: 'loc-2', Url: null }, {}, aRule], ['loc-1']],
  ])('of listeners that others made are read but for those that are odd: %j', (Rules, ids) => {
    expect(first({ ...anL7Listener, Rules })?.rules.map(({ locationId }) => locationId)).toEqual(ids);
  });
});
