import { describe, expect, test } from '@jest/globals';
import {
  aBinding,
  aListener,
  anObserved,
  anOwner,
  aPod,
  aTarget,
  clusterId,
  podFacts,
  someFacts,
  webOwner,
  type ObservedParts,
  targetRules,
} from '../../testing/builders.ts';
import type { PodBinding } from '../model/binding.ts';
import type { Place } from '../model/place.ts';
import { describeStep } from '../model/step.ts';
import type { GatePolicy } from '../gate/gate-facts.ts';
import { judgeGate } from '../gate/judge-gate.ts';
import { listenerName, sharedGroup } from './listener-name.ts';
import { emptyMemory } from './memory.ts';
import { planChanges } from './plan.ts';
import { stateFromPlan } from './state-from-plan.ts';

const incomplete = { severity: 'Warning', reason: 'AnnotationMalformed', message: 'the Secret is missing' } as const;
const tls: Place = { protocol: 'TCP_SSL', port: 443 };
const waiting = (place: Place) => aBinding({ place, incomplete });

interface Scene extends ObservedParts {
  readonly bindings: readonly PodBinding[];
}

const pods = [aPod()];
const policy: GatePolicy = {
  gateType: 'example.com/gate',
  settleMs: 5_000,
  onWaitLimit: 'hold',
  waitLimitMs: 60_000,
  tellAfterMs: 30_000,
};

function look({ bindings, ...parts }: Scene) {
  const owner = { ...anOwner(), bindings };
  const observed = anObserved(parts);
  const plan = planChanges(someFacts({ claims: [{ owner, bindings }], observed, ...podFacts(pods) }));
  return { plan, state: stateFromPlan(observed, plan, emptyMemory) };
}

const stepsOf = (scene: Scene) => look(scene).plan.steps.map(describeStep);

function gateOf(scene: Scene) {
  const { state } = look(scene);
  const found = { unbound: [], skipped: [], waits: new Map(), leftToTke: false };
  const facts = { nowMs: 100_000, ...found, reach: targetRules.reach, policy };
  return judgeGate({ ...facts, pod: aPod(), bindings: scene.bindings, stateOf: () => state }).condition;
}

describe('a claim that is incomplete', () => {
  test('makes nothing, and the gates of its pods say why', () => {
    expect(stepsOf({ bindings: [waiting(tls)] })).toEqual([]);
    expect(gateOf({ bindings: [waiting(tls)] })).toMatchObject({
      status: 'False',
      message: 'TCP_SSL/443 of lb-one (Service shop/web): the Secret is missing',
    });
  });

  test('stops no other claim of the same owner', () => {
    expect(stepsOf({ bindings: [aBinding(), waiting(tls)] })).toEqual(['create-listener at TCP/80 (wanted)']);
  });

  test('leaves the settings of its own listener alone, and its targets follow the pods', () => {
    const settings = { healthCheck: { HealthSwitch: 0 as const }, sessionExpireTime: 60 };
    const listeners = [aListener({ ...tls, settings })];
    const bindings = [aBinding({ place: tls, incomplete, listenerSettings: { sessionExpireTime: 0 } })];
    expect(stepsOf({ bindings, listeners })).toEqual([
      'register 10.0.0.1:8080 weight 10 at TCP_SSL/443 (backend-ready)',
    ]);
  });

  test('opens gates by its own listener as ever', () => {
    const listeners = [aListener(tls)];
    expect(gateOf({ bindings: [waiting(tls)], listeners, targets: [aTarget()] })).toMatchObject({ status: 'True' });
  });

  test.each<Place>([
    { protocol: 'TCP', port: 443 },
    { protocol: 'QUIC', port: 443 },
    { protocol: 'HTTPS', port: 443 },
  ])('keeps what its owner has at the port, although it asks for another protocol: %j', (place) => {
    const listeners = [aListener(tls)];
    expect(stepsOf({ bindings: [waiting(place)], listeners, targets: [aTarget()] })).toEqual([]);
  });

  test('keeps a listener at another port that it may replace', () => {
    const scene = { bindings: [waiting({ ...tls, port: 8443 })], listeners: [aListener(tls)], targets: [aTarget()] };
    expect(stepsOf(scene)).toEqual([]);
  });

  test('keeps nothing that a complete claim of its owner takes', () => {
    const udp: Place = { protocol: 'UDP', port: 443 };
    const listeners = [aListener({ ...tls, settings: { sessionExpireTime: 0 } })];
    const wanted = aBinding({ place: tls, listenerSettings: { sessionExpireTime: 60 } });
    const scene = { bindings: [wanted, waiting(udp)], listeners };
    expect(stepsOf(scene)).toEqual([
      'modify-listener at TCP_SSL/443 (settings-changed)',
      'register 10.0.0.1:8080 weight 10 at TCP_SSL/443 (backend-ready)',
    ]);
  });
});

describe('a certificate that is known', () => {
  const of = (id: string) => ({ certificates: { mode: 'UNIDIRECTIONAL', ids: [id] } }) as const;
  const https = (url: string, domain = 'a.example'): Place => ({ protocol: 'HTTPS', port: 443, domain, url });

  test('is set at a listener, whatever else its claim waits for, and nothing else is', () => {
    const listeners = [aListener({ ...tls, settings: { ...of('old'), scheduler: 'WRR' } })];
    const bindings = [{ ...waiting(tls), listenerSettings: { ...of('new'), scheduler: 'LEAST_CONN' } }];
    expect(look({ bindings, listeners, targets: [aTarget()] }).plan.steps).toMatchObject([
      { kind: 'set-certificates', place: tls, certificates: of('new').certificates },
    ]);
  });

  test('is set for all rules of its domain, also one that no claim names, and for no other domain', () => {
    const places = [https('/gone'), https('/'), https('/', 'b.example')];
    const listeners = [
      aListener({
        name: listenerName(clusterId, sharedGroup),
        protocol: 'HTTPS',
        port: 443,
        settings: { sniSwitch: true },
        rules: places.map((place, at) => ({
          locationId: `loc-${at}`,
          domain: '',
          url: '',
          ...place,
          settings: of('old'),
        })),
      }),
    ];
    const recordedRules = places.map((place) => ({ place, ownerUids: [webOwner.uid] }) as never);
    const targets = places.map((_, at) => aTarget({ locationId: `loc-${at}` }));
    const bindings = [https('/'), https('/', 'b.example')].map((place) => ({
      ...waiting(place),
      listenerSettings: {},
    }));
    const [known = waiting(tls), unknown = waiting(tls)] = bindings;
    const scene = { bindings: [{ ...known, ruleSettings: of('new') }, unknown], listeners, recordedRules, targets };
    expect(look(scene).plan.steps).toMatchObject([
      { kind: 'set-certificates', place: { domain: 'a.example' }, certificates: of('new').certificates },
    ]);
  });
});

describe('an incomplete rule', () => {
  const rule = (domain: string): Place => ({ protocol: 'HTTPS', port: 443, domain, url: '/' });
  const toRule = (domain: string) => ({ locationId: `loc-${domain}`, domain, url: '/', settings: {} });
  const listener = (...domains: string[]) =>
    aListener({
      name: listenerName(clusterId, sharedGroup),
      protocol: 'HTTPS',
      port: 443,
      rules: domains.map(toRule),
    });
  const recorded = (...domains: string[]) =>
    domains.map((domain) => ({ place: rule(domain), ownerUids: [webOwner.uid] }) as never);
  const complete = aBinding({ place: rule('a.example'), listenerSettings: {} });

  test('is not made, and the other rule of the listener is', () => {
    const scene = { bindings: [complete, waiting(rule('b.example'))], listeners: [listener()] };
    expect(stepsOf(scene)).toEqual(['create-rule at HTTPS/443 a.example/ (wanted)']);
  });

  test('stays where it stands, and so does what it may replace', () => {
    const scene = {
      bindings: [complete, waiting(rule('b.example'))],
      listeners: [listener('a.example', 'b.example', 'c.example')],
      recordedRules: recorded('a.example', 'b.example', 'c.example'),
      targets: ['a', 'b', 'c'].map((name) => aTarget({ locationId: `loc-${name}.example` })),
    };
    expect(stepsOf(scene)).toEqual([]);
  });
});

describe('Incomplete rules of an Ingress', () => {
  const owner = { ...webOwner, kind: 'Ingress' } as const;
  const placeOf = (url: string): Place => ({ protocol: 'HTTPS', port: 443, domain: 'a.example', url });
  const to = (app: string, url: string) => {
    const selector = { namespace: 'shop', labels: { app } };
    return aBinding({ owner, place: placeOf(url), incomplete, backends: { ...aBinding().backends, selector } });
  };
  const web = aPod();
  const api = aPod({ name: 'api-1', uid: 'uid-api-1', ip: '10.0.0.2', labels: { app: 'api' } });
  const urls = ['/a', '/b', '/c'];
  const listeners = [
    aListener({
      name: listenerName(clusterId, sharedGroup),
      protocol: 'HTTPS',
      port: 443,
      rules: urls.map((url) => ({ locationId: `loc-${url}`, domain: 'a.example', url, settings: {} })),
    }),
  ];
  const recordedRules = urls.map((url) => ({ place: placeOf(url), ownerUids: [owner.uid] }) as never);
  const atRule = (url: string, { ip = '', uid }: typeof web) => aTarget({ locationId: `loc-${url}`, ip, tag: uid });

  const steps = (
    bindings: readonly PodBinding[],
    targets: readonly ReturnType<typeof aTarget>[],
    running = [web, api],
    { elsewhere = listeners, records = recordedRules } = {},
  ) => {
    const observed = anObserved({ listeners: elsewhere, recordedRules: records, targets });
    const claims = [{ owner: { ...anOwner(), ...owner, bindings }, bindings }];
    return planChanges(someFacts({ claims, observed, ...podFacts(running) })).steps.map(describeStep);
  };
  const targets = [atRule('/a', web), atRule('/b', api), atRule('/c', api)];

  test('keep each their own pods, in either order', () => {
    const both = [to('web', '/a'), to('api', '/b')];
    expect([steps(both, targets), steps(both.toReversed(), targets)]).toEqual([[], []]);
  });

  test('follow their own pods, also where nothing names the rule any more', () => {
    const next = aPod({ name: 'api-2', uid: 'uid-api-2', ip: '10.0.0.3', labels: { app: 'api' } });
    expect(steps([to('web', '/a'), to('api', '/b')], targets, [web, api, next])).toEqual([
      'register 10.0.0.3:8080 weight 10 at HTTPS/443 a.example/b (backend-ready)',
      'register 10.0.0.3:8080 weight 10 at HTTPS/443 a.example/c (backend-ready)',
    ]);
  });

  test('follow their pods at another port too, where the ports of the Ingress cannot be read', () => {
    const elsewhere = listeners.map((listener) => ({ ...listener, port: 8443 }));
    const records = urls.map((url) => ({ place: { ...placeOf(url), port: 8443 }, ownerUids: [owner.uid] }) as never);
    const next = aPod({ name: 'api-2', uid: 'uid-api-2', ip: '10.0.0.3', labels: { app: 'api' } });
    const claims = [to('web', '/a'), to('api', '/b')].map((one) => ({ ...one, isPlaceUnknown: true as const }));
    expect(steps(claims, targets, [web, api, next], { elsewhere, records })).toEqual([
      'register 10.0.0.3:8080 weight 10 at HTTPS/8443 a.example/b (backend-ready)',
      'register 10.0.0.3:8080 weight 10 at HTTPS/8443 a.example/c (backend-ready)',
    ]);
  });

  test('keep no port that the Ingress names no longer where only a Secret is missing, for another path', () => {
    const former = { ...placeOf('/a'), port: 8443 };
    const rule = { locationId: 'loc-former', domain: 'a.example', url: '/a', settings: {} };
    const elsewhere = [...listeners, aListener({ ...listeners[0], id: 'lbl-former', port: 8443, rules: [rule] })];
    const records = [...recordedRules, { place: former, ownerUids: [owner.uid] } as never];
    const complete = { ...to('web', '/a'), incomplete: undefined };
    const gone = aTarget({ listenerId: 'lbl-former', locationId: 'loc-former' });
    expect(steps([complete, to('api', '/b')], [...targets, gone], [web, api], { elsewhere, records })).toEqual([
      'set-weight 10.0.0.1:8080 weight 0 at HTTPS/8443 a.example/a (not-wanted)',
    ]);
  });

  test('leave a rule alone that nothing names and that has other pods', () => {
    expect(steps([to('web', '/a')], [atRule('/a', web), atRule('/b', api)])).toEqual([]);
  });
});
