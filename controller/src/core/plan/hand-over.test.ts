import { describe, expect, test } from '@jest/globals';
import { aListener, anObserved, anOwner, aPod, aPort, aTarget, clusterId, podFacts } from '../../testing/builders.ts';
import { aBinding, claimOf, someFacts } from '../../testing/builders.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { PodView } from '../model/pod-view.ts';
import { describeStep } from '../model/step.ts';
import type { Health } from '../model/target.ts';
import type { Release } from './facts.ts';
import { givesUp } from './hand-over.ts';
import { listenerName } from './listener-name.ts';
import { planChanges } from './plan.ts';

const heldBy = (name: string) => aListener({ name: listenerName(clusterId, `uid-${name}`) });
const podOf = (app: string, ip: string) => aPod({ name: `${app}-1`, labels: { app }, ip });
const oldPod = podOf('old', '10.0.0.1');
const newPod = podOf('new', '10.0.0.2');
const old = (overrides = {}) => anOwner({ name: 'old', selector: { app: 'old' }, ...overrides });
const next = (overrides = {}) => anOwner({ name: 'next', selector: { app: 'new' }, createdAtMs: 2, ...overrides });
const ofOld = aTarget({ tag: 'uid-old-1' });
const ofNext = aTarget({ ip: '10.0.0.2', tag: 'uid-new-1' });

interface Scene {
  /** Who wants something on the CLB. */
  readonly claims?: readonly OwnerView[];
  /** Who wants nothing there any more. */
  readonly leaving?: readonly (readonly [OwnerView, Release])[];
  readonly listener?: ReturnType<typeof aListener>;
  readonly targets?: readonly ReturnType<typeof aTarget>[];
  readonly health?: Health;
  readonly pods?: readonly PodView[];
}

function plan({ claims = [next()], leaving = [], targets = [ofOld], pods = [oldPod, newPod], ...scene }: Scene) {
  const { listener = heldBy('old'), health = 'Alive' } = scene;
  return planChanges(
    someFacts({
      claims: claims.map(claimOf),
      owners: [...claims, ...leaving.map(([owner]) => owner)],
      releases: new Map(leaving.map(([{ uid }, release]) => [uid, release])),
      observed: anObserved({ listeners: [listener], targets, health }),
      ...podFacts(pods),
    }),
  );
}

const stepsOf = (scene: Scene) => plan(scene).steps.map(describeStep);
const messagesOf = (scene: Scene) => plan(scene).conflicts.map(({ finding }) => finding.message);

const handedOver = [
  'modify-listener at TCP/80 (owner-changed)',
  'register 10.0.0.2:8080 weight 10 at TCP/80 (backend-ready)',
];
const elsewhere = old({ existingLoadBalancer: 'lb-two' });

describe('a listener passes on', () => {
  test.each<[string, Scene]>([
    ['when its owner is deleted', { leaving: [[old({ ending: true }), 'now']] }],
    ['when its owner is not ours any more', { leaving: [[old({ managed: 'false' }), 'now']] }],
    ['when its owner moves to another CLB', { leaving: [[elsewhere, 'hold']] }],
    ['when its owner has moved', { leaving: [[elsewhere, 'drain']] }],
    ['when its owner wants another port', { claims: [next(), old({ ports: [aPort({ port: 81 })] })], leaving: [] }],
  ])('%s, and nothing is deleted or lowered before the new targets serve', (_, scene) => {
    const steps = stepsOf(scene);
    expect(steps).toEqual(expect.arrayContaining(handedOver));
    expect(steps.filter((step) => /delete|weight 0|deregister/.test(step))).toEqual([]);
    expect(messagesOf(scene)).toEqual([]);
  });

  test('with its name, and is the new owner’s from then on', () => {
    const [step] = plan({ leaving: [[elsewhere, 'hold']] }).steps;
    expect(step).toMatchObject({ name: listenerName(clusterId, 'uid-next'), owners: ['uid-next'] });
  });

  test('and what was there is drained when the new targets are Alive', () => {
    const renamed = { listener: heldBy('next'), targets: [ofOld, ofNext] };
    expect(stepsOf({ ...renamed, health: 'Unknown' })).toEqual([]);
    expect(plan({ ...renamed, health: 'Unknown' }).waitsForHealth).toBe(true);
    expect(stepsOf(renamed)).toEqual(['set-weight 10.0.0.1:8080 weight 0 at TCP/80 (backend-unselected)']);
  });

  test('untouched where both select the same pods', () => {
    const renamed = next({ selector: { app: 'old' } });
    const scene = { claims: [renamed], leaving: [[old({ ending: true }), 'now']] } as const;
    expect(stepsOf(scene)).toEqual(['modify-listener at TCP/80 (owner-changed)']);
  });

  test('to the oldest of those that want it, and the others are told', () => {
    const third = anOwner({ name: 'third', createdAtMs: 3 });
    const scene = { claims: [third, next()], leaving: [[old({ ending: true }), 'now']] } as const;
    expect(plan(scene).steps[0]).toMatchObject({ owners: ['uid-next'] });
    expect(messagesOf(scene)[0]).toContain('held by Service shop/next (listener lbl-1)');
  });
});

describe('a listener stays with its owner', () => {
  const stranger = next({ namespace: 'other' });
  test.each<[string, Scene, string]>([
    ['that wants it', { claims: [next(), old()] }, 'Service shop/old (listener lbl-1)'],
    [
      'when the claimant is of another namespace, which learns no name',
      { claims: [stranger], leaving: [[elsewhere, 'hold']] },
      'held by a Service of another namespace (listener lbl-1)',
    ],
    [
      'that cannot be read',
      { leaving: [[old({ existingLoadBalancer: 'lb two' }), 'hold']] },
      'Service shop/old (listener lbl-1)',
    ],
    [
      'whose finalizer was dropped, until it is written again',
      { claims: [next()], leaving: [[old({ hasFinalizer: false }), 'hold']] },
      'Service shop/old (listener lbl-1)',
    ],
    ['that is not known', {}, 'an object that it does not know'],
  ])('%s', (_, scene, named) => {
    expect(stepsOf(scene).filter((step) => /^modify|^register/.test(step))).toEqual([]);
    expect(messagesOf(scene)[0]).toContain(named);
    expect(messagesOf(scene)[0]).not.toMatch(/delete|[Ff]ree that/);
  });

  test('of another protocol', () => {
    const listener = { ...heldBy('old'), protocol: 'TCP_SSL' };
    expect(stepsOf({ listener, leaving: [[elsewhere, 'hold']] })).toEqual([]);
  });
});

describe('an owner whose ports cannot be read', () => {
  const rule = { protocol: 'HTTPS', port: 443, domain: 'a.example', url: '/' } as const;
  const incomplete = { severity: 'Warning', reason: 'AnnotationMalformed', message: 'no JSON' } as const;
  const present = (more: object) => ({ ...anOwner(), bindings: [aBinding({ place: rule, incomplete, ...more })] });
  const gives = (more: object, protocol: 'HTTP' | 'HTTPS') => {
    const { listeners } = anObserved({ listeners: [aListener({ protocol, port: 8443 })] });
    return listeners.map((listener) => givesUp(present(more), listener, someFacts({})));
  };

  test('gives up no listener of the protocol, and another one that waits gives up other ports', () => {
    expect(gives({ isPlaceUnknown: true }, 'HTTPS')).toEqual([false]);
    expect(gives({ isPlaceUnknown: true }, 'HTTP')).toEqual([true]);
    expect(gives({}, 'HTTPS')).toEqual([true]);
  });
});

test('Owners that exchange their ports in a ring all get them at once', () => {
  const names = ['a', 'b', 'c'];
  const owners = names.map((name, index) => anOwner({ name, ports: [aPort({ port: 80 + ((index + 1) % 3) })] }));
  const listeners = names.map((name, index) => {
    return aListener({ id: `lbl-${name}`, name: listenerName(clusterId, `uid-${name}`), port: 80 + index });
  });
  const { steps, conflicts } = planChanges(
    someFacts({ claims: owners.map(claimOf), observed: anObserved({ listeners }) }),
  );
  expect(conflicts).toEqual([]);
  expect(steps.map((step) => `${step.kind} ${step.place?.port} ${step.owners.join()}`).toSorted()).toEqual([
    'modify-listener 80 uid-c',
    'modify-listener 81 uid-a',
    'modify-listener 82 uid-b',
  ]);
});
