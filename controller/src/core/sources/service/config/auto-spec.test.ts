import { describe, expect, test } from '@jest/globals';
import { aBinding } from '../../../../testing/builders.ts';
import type { Binding } from '../../../model/binding.ts';
import type { Place } from '../../../model/place.ts';
import type { ListenerSettings, RuleSettings } from '../../../model/settings.ts';
import { wildcardDomain } from '../../../model/wildcard-domain.ts';
import type { AutoFacts } from './auto-facts.ts';
import { autoSpec } from './auto-spec.ts';
import { readTkeServiceConfig } from './tke-service-config.ts';

type Settings = ListenerSettings & RuleSettings;

const standing: Settings = {
  scheduler: 'LEAST_CONN',
  sessionExpireTime: 60,
  healthCheck: { HealthSwitch: 1, CheckType: 'TCP', IntervalTime: 5, TimeOut: 2, HealthNum: 3, UnHealthNum: 4 },
};
/** As the cloud shows a rule for which nothing was asked. */
const standingRule: Settings = {
  scheduler: 'WRR',
  sessionExpireTime: 0,
  forwardType: 'HTTP',
  http2: false,
  healthCheck: {
    ...{ HealthSwitch: 1, CheckType: 'HTTP', IntervalTime: 5, TimeOut: 2, HealthNum: 3, UnHealthNum: 3 },
    ...{ HttpCheckPath: '/', HttpCheckMethod: 'HEAD', HttpCode: 31, SourceIpType: 1, CheckPort: -1 },
  },
};
const web = aBinding();
const admin = aBinding({ place: { protocol: 'TCP', port: 90 } });
const rule = (url: string, domain = 'a.com', overrides: Parameters<typeof aBinding>[0] = {}) =>
  aBinding({ place: { protocol: 'HTTP', port: 80, domain, url }, listenerSettings: {}, ...overrides });

type Standing = (place: Place) => Settings | undefined;

/** Everything stands as the cloud has it by default, or as the test says. */
const next = (spec: unknown, bindings: readonly Binding[] = [web], facts: Partial<AutoFacts> = {}) =>
  autoSpec(spec, {
    ...{ bindings, findings: [], standingOf: at(byDefault), hasSessions: () => false, checksFromProbes: false },
    ...facts,
  });
const at =
  (of: Standing) =>
  ({ place }: Binding) =>
    of(place);
const byDefault: Standing = (place) => ('url' in place ? standingRule : standing);

const block = {
  protocol: 'TCP',
  port: 80,
  scheduler: 'LEAST_CONN',
  session: { enable: true, sessionExpireTime: 60 },
  healthCheck: { enable: true, intervalTime: 5, timeout: 2, healthNum: 3, unHealthNum: 4 },
};
const ruleFields = {
  scheduler: 'WRR',
  session: { enable: false },
  healthCheck: {
    ...{ enable: true, intervalTime: 5, timeout: 2, healthNum: 3, unHealthNum: 3, httpCheckPath: '/' },
    ...{ httpCheckMethod: 'HEAD', httpCode: 31, sourceIpType: 1, checkType: 'HTTP' },
  },
  forwardType: 'HTTP',
};
const l7 = (...l7Listeners: readonly unknown[]) => ({ loadBalancer: { l7Listeners } });
const at80 = (...domains: readonly unknown[]) => ({ protocol: 'HTTP', port: 80, domains });

describe('A new block says what stands on the CLB', () => {
  test('at a listener.', () => {
    expect(next(undefined)).toEqual({ loadBalancer: { l4Listeners: [block] } });
  });

  test('at a rule, by domain and path.', () => {
    const bindings = [rule('=/x'), rule('/', ''), rule('~^/y', 'b.com')];
    expect(next(null, bindings)).toEqual(
      l7(
        at80(
          { domain: 'a.com', rules: [{ url: '/x', ...ruleFields }] },
          { domain: '', rules: [{ url: '/', ...ruleFields }] },
          { domain: 'b.com', rules: [{ url: '~^/y', ...ruleFields }] },
        ),
      ),
    );
  });
});

/** The rules of the spec as "domain url". */
function rulesOf(spec: unknown): readonly string[] {
  const all = [...readTkeServiceConfig(spec).rules.keys()].map((key) => JSON.parse(key) as string[]);
  return all.map(([, domain, url]) => `${domain} ${url}`);
}

test.each<[string, readonly string[], readonly string[], Standing?]>([
  ['a Prefix', ['=/p', '/p/'], ['a.com /p']],
  ['the Prefix "/"', ['/'], ['a.com /']],
  ['an Exact path', ['=/p/'], ['a.com /p/']],
  [
    'a Prefix whose rules stand differently',
    ['=/p', '/p/'],
    ['a.com =/p', 'a.com /p/'],
    (place) => ({ ...standingRule, scheduler: 'url' in place && place.url === '/p/' ? 'IP_HASH' : 'WRR' }),
  ],
])('%s has a block as an Ingress has it, as far as one can say what stands.', (_, urls, blocks, of = byDefault) => {
  const bindings = urls.map((url) => rule(url));
  const spec = next({}, bindings, { standingOf: at(of) });
  expect(rulesOf(spec)).toEqual(blocks);
  expect(next(spec, bindings, { standingOf: at(of) })).toBeUndefined();
});

test('A wildcard is named as an Ingress has it.', () => {
  expect(rulesOf(next({}, [rule('/', wildcardDomain('a.com'))]))).toEqual(['*.a.com /']);
});

describe('A new block leaves out', () => {
  const fieldsFor = (binding: Binding, facts: Partial<AutoFacts> = {}): unknown => {
    const { l7Listeners = [] } = (next({}, [binding], facts)?.['loadBalancer'] ?? {}) as { l7Listeners?: unknown[] };
    return (l7Listeners[0] as ReturnType<typeof at80> & { domains: [{ rules: [unknown] }] }).domains[0].rules[0];
  };
  const { healthCheck, session, ...others } = ruleFields;

  test.each<[string, Parameters<typeof aBinding>[0], object]>([
    ['the scheduler', { ruleSettings: { scheduler: 'WRR' } }, { session, healthCheck, forwardType: 'HTTP' }],
    ['session persistence', { sessionAffinitySeconds: 60 }, { ...others, healthCheck }],
    ['the check', { ruleSettings: { healthCheck: { HealthSwitch: 1 } } }, { ...others, session }],
    [
      'a field of the check',
      { ruleSettings: { healthCheck: { HttpCode: 2 } } },
      { ...ruleFields, healthCheck: { ...healthCheck, httpCode: undefined } },
    ],
  ])('%s that the owner asks for otherwise, which would go on after that.', (_, asked, fields) => {
    expect(fieldsFor(rule('/', 'a.com', asked))).toEqual({ url: '/', ...fields });
  });

  test('session persistence that is to go with the ClientIP of a Service.', () => {
    expect(fieldsFor(rule('/'), { hasSessions: () => true })).toEqual({ url: '/', healthCheck, ...others });
  });

  test('the check of a rule, where that is the readiness probe of its pods.', () => {
    expect(fieldsFor(rule('/'), { checksFromProbes: true })).toEqual({ url: '/', session, ...others });
    expect(next(undefined, [web], { checksFromProbes: true })).toEqual({ loadBalancer: { l4Listeners: [block] } });
  });
});

describe('Nothing is written', () => {
  test('while nothing stands.', () => {
    expect(next(undefined, [web, rule('/')], { standingOf: () => undefined })).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['has a block for each listener', { loadBalancer: { l4Listeners: [{ protocol: 'TCP', port: 80 }] } }],
    ['cannot be understood', 7],
    ['cannot be understood further on', { loadBalancer: [] }],
    ['has no list', { loadBalancer: { l4Listeners: 'all' } }],
    ['has no list of rules', { loadBalancer: { l4Listeners: [block], l7Listeners: {} } }],
  ])('to a spec that %s.', (_, spec) => {
    expect(next(spec)).toBeUndefined();
  });

  test.each(['/p', '/p/', '=/p'])('for a rule that the block of "%s" is about.', (url) => {
    expect(next(l7(at80({ domain: 'a.com', rules: [{ url }] })), [rule('=/p')])).toBeUndefined();
  });

  test.each<[string, Binding]>([
    ['a listener that somebody else made', { ...web, existing: { listenerId: 'lbl-1' } }],
    ['a rule that redirects', { ...rule('/'), redirect: 'as-it-stands' }],
  ])('for %s.', (_, binding) => {
    expect(next(undefined, [binding])).toBeUndefined();
  });
});

test('What people wrote stays, and blocks of what is no more go.', () => {
  const own = { protocol: 'TCP', port: 90, scheduler: 'WRR', note: 'mine' };
  const odd = [{ protocol: 'TPC', port: 80 }, { protocol: 'TCP', port: '80' }, null, 7];
  const kept = { url: '/x', scheduler: 'IP_HASH', note: 'mine' };
  const gone = { protocol: 'TCP', port: 81 };
  const spec = {
    more: 1,
    loadBalancer: {
      more: 2,
      l4Listeners: [own, gone, ...odd],
      l7Listeners: [
        { ...at80({ domain: 'a.com', http2: true, rules: [kept, { url: '/gone' }, 7] }, { domain: 'b.com' }), more: 3 },
        { protocol: 'HTTPS', port: 443 },
        { protocol: 'HTTP', port: 80, domains: 'all' },
      ],
    },
  };
  expect(next(spec, [web, admin, rule('/x')])).toEqual({
    more: 1,
    loadBalancer: {
      more: 2,
      l4Listeners: [own, ...odd, block],
      l7Listeners: [
        { ...at80({ domain: 'a.com', http2: true, rules: [kept, 7] }), more: 3 },
        { protocol: 'HTTP', port: 80, domains: 'all' },
      ],
    },
  });
});

describe('No block goes while something of the owner cannot be read', () => {
  const problem = { severity: 'Warning', reason: 'AnnotationMalformed', message: 'write something else' } as const;
  const spec = { loadBalancer: { l4Listeners: [{ protocol: 'TCP_SSL', port: 80, scheduler: 'WRR' }] } };

  test.each<[string, readonly Binding[], Partial<AutoFacts>]>([
    ['such as its CLB', [], { findings: [problem] }],
    ['such as the protocol of a port', [{ ...web, incomplete: problem }], {}],
  ])('%s.', (_, bindings, facts) => {
    expect(next(spec, bindings, facts)).toBeUndefined();
  });

  test('while the other blocks come.', () => {
    const after = next(spec, [{ ...web, incomplete: problem }, admin]);
    expect(after).toMatchObject({ loadBalancer: { l4Listeners: [{ protocol: 'TCP_SSL' }, { port: 90 }] } });
  });
});

test.each<[string, ListenerSettings]>([
  ['everything', standing],
  ['no session', { ...standing, sessionExpireTime: 0 }],
  ['no check', { ...standing, healthCheck: { HealthSwitch: 0 } }],
  ['settings that were not shown', { scheduler: 'WRR' }],
  ['values that nobody may write', { scheduler: 'ODD', healthCheck: { HealthSwitch: 1, IntervalTime: 5, TimeOut: 9 } }],
])('A block with %s changes nothing when it is read.', (_, settings) => {
  const { listeners, wrong, unread } = readTkeServiceConfig(next(undefined, [web], { standingOf: () => settings }));
  expect([wrong, unread]).toEqual([[], []]);
  expect(settings).toMatchObject(listeners.get('TCP/80') ?? {});
});
