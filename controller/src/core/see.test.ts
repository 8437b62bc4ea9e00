import { describe, expect, test } from '@jest/globals';
import { aListener, aPod, aService, aTarget, clbId, clusterId, someFacts } from '../testing/builders.ts';
import { readBindings } from './binding.ts';
import type { Health, ObservedTarget } from './clb-port.ts';
import { adoptOwners, emptyMemory, ownerOf, refreshMemory } from './memory.ts';
import { planChanges } from './plan.ts';
import { sightFrom, trustedHealth } from './see.ts';
import { awaitsHealth, emptySight, isFreeOf, progressOf } from './sight.ts';
import type { PodView, ServiceView } from './views.ts';

const key = 'lbl-1/10.0.0.1:8080';
const healthOf = (health: Health) => ({
  loadBalancerId: clbId,
  listenerId: 'lbl-1',
  ip: '10.0.0.1',
  port: 8080,
  health,
});

describe('health after an address changed hands', () => {
  const doubt = new Map([[key, 15_000]]);

  test.each<[string, Health | undefined, number, Health | undefined, boolean]>([
    ['Alive is doubted', 'Alive', 1_000, 'Unknown', true],
    ['Alive counts when the doubt has run out', 'Alive', 15_000, 'Alive', false],
    ['any other word ends the doubt', 'Unknown', 1_000, 'Unknown', false],
    ['Dead ends the doubt', 'Dead', 1_000, 'Dead', false],
    ['silence ends nothing', undefined, 1_000, undefined, true],
  ])('%s', (_, ...[said, nowMs, expected, stays]) => {
    const { health, distrustUntilMs } = trustedHealth(said === undefined ? [] : [healthOf(said)], doubt, nowMs);
    expect(health.get(key)).toBe(expected);
    expect(distrustUntilMs.has(key)).toBe(stays);
  });
});

describe('the memory', () => {
  test('notes since when a target is at weight 0 and forgets what is gone', () => {
    const zero = aTarget({ weight: 0 });
    const first = refreshMemory({ ...emptyMemory, registeredFor: new Map([['gone', 'x']]) }, [zero], 1_000);
    expect(first.registeredFor.size).toBe(0);
    expect(refreshMemory(first, [zero], 2_000).zeroSinceMs).toEqual(new Map([[key, 1_000]]));
    expect(refreshMemory(first, [aTarget()], 2_000).zeroSinceMs.size).toBe(0);
  });

  test('the tag tells the owner, the memory where there is no tag, and nobody after a restart', () => {
    const memory = { ...emptyMemory, registeredFor: new Map([[key, 'remembered']]) };
    expect(ownerOf(aTarget({ tag: 'tagged' }), memory)).toBe('tagged');
    expect(ownerOf(aTarget({ tag: '' }), memory)).toBe('remembered');
    expect(ownerOf(aTarget({ tag: undefined }), emptyMemory)).toBeUndefined();
  });

  test('a target that nobody knows is taken to be that of the pod that wants it', () => {
    const unknown = aTarget({ tag: undefined });
    const spec = { ...unknown, tag: 'uid-web-1' };
    expect(ownerOf(unknown, adoptOwners(emptyMemory, [spec], [unknown]))).toBe('uid-web-1');
    expect(adoptOwners(emptyMemory, [spec], [aTarget({ tag: 'other' })])).toBe(emptyMemory);
  });
});

interface Scene {
  readonly pods?: readonly PodView[];
  readonly targets?: readonly ObservedTarget[];
  readonly health?: Health;
  readonly listeners?: readonly ReturnType<typeof aListener>[];
  readonly service?: ServiceView;
}

function sightOf({
  pods = [aPod()],
  targets = [],
  health = 'Alive',
  listeners = [aListener()],
  service = aService(),
}: Scene) {
  const loadBalancer = { id: clbId, name: '', vips: ['192.0.2.1'], domain: undefined, vpcId: '', usable: true };
  const look = { loadBalancer, listeners, targets, health: new Map([[key, health]]) };
  const claims = [{ service, bindings: readBindings(service).bindings }];
  const podsAt = () => pods;
  const plan = planChanges(someFacts({ ...look, claims, podsOf: () => pods, podsAt, hasEnded: () => true }));
  return sightFrom(look, plan, emptyMemory, clusterId);
}

describe('what the board shows', () => {
  test('a bound target with its weight, owner and health', () => {
    const sight = sightOf({ targets: [aTarget()] });
    expect(sight.targets.get(key)).toEqual({ weight: 10, ownerUid: 'uid-web-1', health: 'Alive' });
    expect([...sight.listenerIds]).toEqual([['uid-web TCP/80', 'lbl-1']]);
    expect(sight).toMatchObject({ addresses: ['192.0.2.1'], trouble: undefined, state: 'seen', holdsBack: false });
    expect(awaitsHealth(sight)).toBe(false);
  });

  test('somebody waits while a wanted target is not served', () => {
    expect(awaitsHealth(sightOf({}))).toBe(true);
    expect(awaitsHealth(sightOf({ targets: [aTarget()], health: 'Dead' }))).toBe(true);
    expect(awaitsHealth(sightOf({ targets: [aTarget()], health: 'Close' }))).toBe(false);
  });

  test('a target that is about to be lowered is at weight 0 already', () => {
    const sight = sightOf({ pods: [aPod({ containersReady: false })], targets: [aTarget()] });
    expect(sight.targets.get(key)?.weight).toBe(0);
  });

  test('a target that is about to be taken off is gone already', () => {
    expect(sightOf({ pods: [], targets: [aTarget()] }).targets.size).toBe(0);
    expect(sightOf({ pods: [aPod({ uid: 'uid-new' })], targets: [aTarget()] }).targets.size).toBe(0);
  });

  test('a Service is not free of a CLB where its listener is about to be made', () => {
    const sight = sightOf({ listeners: [] });
    expect(isFreeOf(sight, 'uid-web')).toBe(false);
    expect(isFreeOf(sight, 'uid-other')).toBe(true);
  });

  test('before the first look nothing is known', () => {
    expect(isFreeOf(undefined, 'uid-web')).toBe(false);
    expect(isFreeOf(emptySight(clbId), 'uid-web')).toBe(false);
    expect(isFreeOf({ ...emptySight(clbId), state: 'absent' }, 'uid-web')).toBe(true);
  });

  test('progress is a listener or a served target more, and nothing else', () => {
    const states = [sightOf({ listeners: [] }), sightOf({}), sightOf({ targets: [aTarget()] })].map(progressOf);
    expect(new Set(states).size).toBe(3);
    expect(progressOf(sightOf({ targets: [aTarget()], health: 'Dead' }))).toBe(states[1]);
    expect(progressOf(undefined)).toBe('');
  });
});
