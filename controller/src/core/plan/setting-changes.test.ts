import { describe, expect, test } from '@jest/globals';
import { aBinding, aListener, anObserved, anOwner, aTarget, clusterId, someFacts } from '../../testing/builders.ts';
import { aRulePlace } from '../../testing/steps.ts';
import type { ListenerSettings, RuleSettings } from '../model/settings.ts';
import { undone } from './hand-changes.ts';
import { listenerName, sharedGroup } from './listener-name.ts';
import { emptyMemory } from './memory.ts';
import { planChanges } from './plan.ts';
import { seenSettings } from './seen-settings.ts';
import { checkChanges, settingsChanges } from './setting-changes.ts';

const certificates = { mode: 'UNIDIRECTIONAL', ids: ['cert-1'] } as const;
const check = {
  HealthSwitch: 1,
  CheckType: 'HTTP',
  TimeOut: 2,
  IntervalTime: 5,
  HealthNum: 3,
  UnHealthNum: 3,
  HttpCode: 31,
  HttpCheckPath: '/ok',
  HttpCheckDomain: 'example.com',
  HttpCheckMethod: 'HEAD',
  HttpVersion: 'HTTP/1.1',
  CheckPort: 8081,
  SourceIpType: 1,
} as const;
/** Every setting that a listener or a rule can have: a new one that is left out here does not compile. */
const ofListener: Required<ListenerSettings> = {
  healthCheck: check,
  scheduler: 'WRR',
  sessionExpireTime: 30,
  deregisterTargetRst: true,
  rescheduleTargetZeroWeight: true,
  rescheduleUnhealthy: true,
  rescheduleExpandTarget: true,
  rescheduleStartTime: 5,
  rescheduleInterval: 30,
  keepalive: true,
  sniSwitch: true,
  certificates,
};
const ofRule: Required<RuleSettings> = {
  healthCheck: check,
  scheduler: 'WRR',
  sessionExpireTime: 30,
  forwardType: 'HTTP',
  certificates,
  http2: true,
  isDefault: true,
};

interface Scene {
  readonly desired: ListenerSettings & RuleSettings;
  readonly before: ListenerSettings & RuleSettings;
  readonly now: ListenerSettings & RuleSettings;
}

function atListener({ desired, before, now }: Scene) {
  const seen = (settings: ListenerSettings) =>
    anObserved({ listeners: [aListener({ settings })], targets: [aTarget()] });
  return judged({ before: seen(before), now: seen(now), binding: aBinding({ listenerSettings: desired }) });
}

const place = aRulePlace('example.com', '/');

function atRule({ desired, before, now }: Scene) {
  const seen = (settings: RuleSettings) => {
    const rules = [{ locationId: 'loc-1', domain: 'example.com', url: '/', settings }];
    const name = listenerName(clusterId, sharedGroup);
    const listener = aListener({ name, protocol: 'HTTPS', port: 443, rules });
    const recordedRules = [{ listenerId: 'lbl-1', locationId: 'loc-1', place, ownerUids: ['uid-web'] }];
    return anObserved({ listeners: [listener], recordedRules });
  };
  const binding = aBinding({ place, listenerSettings: {}, ruleSettings: desired });
  return judged({ before: seen(before), now: seen(now), binding });
}

type Tree = ReturnType<typeof anObserved>;

function judged({ before, now, binding }: { before: Tree; now: Tree; binding: ReturnType<typeof aBinding> }) {
  const memory = { ...emptyMemory, seenSettings: seenSettings(before, new Set()) };
  const claims = [{ owner: { ...anOwner(), bindings: [binding] }, bindings: [binding] }];
  const plan = planChanges(someFacts({ claims, observed: now, memory }));
  const look = { observed: now, memory };
  return { plan, changes: settingsChanges(plan, look), left: checkChanges(plan, look) };
}

const otherwise = (value: unknown): unknown => {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  return typeof value === 'string' ? `${value}-other` : { mode: 'UNIDIRECTIONAL', ids: ['cert-other'] };
};
const simple = (settings: object) => Object.entries(settings).filter(([name]) => name !== 'healthCheck');

describe.each([
  ['listener', ofListener, atListener],
  ['rule', ofRule, atRule],
] as const)('a setting of a %s that another writer changed', (_, all, at) => {
  const names = simple(all).map(([name]) => name);

  test.each(names)('is set back and told: %s', (name) => {
    // With SNI on, a listener has no certificates of its own.
    const asked = name === 'certificates' && 'sniSwitch' in all ? { ...all, sniSwitch: false } : all;
    const now = { ...asked, [name]: otherwise(asked[name as keyof typeof asked]) };
    const { plan, changes } = at({ desired: asked, before: asked, now });
    expect(changes).toMatchObject([{ what: 'settings', owners: ['uid-web'] }]);
    expect(changes[0]?.fields).toEqual([expect.stringMatching(new RegExp(`^${name} from .+ to .+$`))]);
    expect(undone(changes, plan.steps)).toEqual(changes);
  });

  test.each(Object.keys(check).filter((name) => name !== 'HealthSwitch'))('is set back and told: check %s', (name) => {
    const healthCheck = { ...check, [name]: otherwise(check[name as keyof typeof check]) };
    const { plan, changes, left } = at({ desired: all, before: all, now: { ...all, healthCheck } });
    expect(changes[0]?.fields).toEqual([expect.stringMatching(new RegExp(`^${name} from `))]);
    expect(undone(changes, plan.steps)).toEqual(changes);
    expect(left).toEqual([]);
  });

  test('is left alone where nobody asks for it, and told only of a check', () => {
    const healthCheck = { ...check, IntervalTime: 60 };
    const { plan, changes, left } = at({ desired: {}, before: all, now: { ...all, scheduler: 'X', healthCheck } });
    expect([plan.steps, changes]).toEqual([[], []]);
    expect(left).toMatchObject([{ fields: ['IntervalTime from 5 to 60'] }]);
  });

  test('is set back without a word when it was otherwise before, or was not seen', () => {
    const [now, before] = [
      { ...all, scheduler: 'X' },
      { ...all, scheduler: 'Y' },
    ];
    for (const seen of [before, now, {}]) {
      const { plan, changes } = at({ desired: all, before: seen, now });
      expect([plan.steps.length, changes]).toEqual([1, []]);
    }
  });

  test('does not exist when all stands as it is asked for: nothing is written', () => {
    expect(at({ desired: all, before: {}, now: all })).toMatchObject({ plan: { steps: [] }, changes: [], left: [] });
  });
});

test('A rule that is to forward otherwise is checked accordingly by the same call.', () => {
  const now = { forwardType: 'HTTP', healthCheck: { HealthSwitch: 1, CheckType: 'HTTP' } } as const;
  const { plan } = atRule({ desired: { forwardType: 'GRPC' }, before: now, now });
  const settings = { forwardType: 'GRPC', healthCheck: { CheckType: 'GRPC' } };
  expect(plan.steps).toMatchObject([{ kind: 'modify-rule', settings }]);
});
