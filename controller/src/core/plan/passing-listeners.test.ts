import { describe, expect, test } from '@jest/globals';
import {
  aListener,
  anObserved,
  anOwner,
  aPod,
  aPort,
  aTarget,
  claimOf,
  clbId,
  clusterId,
  podFacts,
  someFacts,
} from '../../testing/builders.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { RulePlace } from '../model/place.ts';
import { most, newEntry, type BalancerRecord } from '../model/record.ts';
import { describeStep } from '../model/step.ts';
import type { Release } from './facts.ts';
import { listenerName, sharedGroup } from './listener-name.ts';
import { planChanges } from './plan.ts';
import { asRecorded, recordedRules } from './recorded.ts';

const rule = (domain: string): RulePlace => ({ protocol: 'HTTP', port: 80, domain, url: '/' });
const withHosts = (name: string, hosts: readonly string[], overrides = {}): OwnerView => {
  const spec = { 80: { protocol: ['HTTP'], hosts: Object.fromEntries(hosts.map((host) => [host, {}])) } };
  const annotations = { 'service.cloud.tencent.com/specify-protocol': JSON.stringify(spec) };
  return anOwner({ name, selector: { app: name }, annotations, ...overrides });
};
const old = (overrides = {}) => withHosts('old', ['old.com'], overrides);
const next = (overrides = {}) => withHosts('next', ['next.com'], { createdAtMs: 2, ...overrides });
const pods = ['old', 'next'].map((app, index) =>
  aPod({ name: `${app}-1`, labels: { app }, ip: `10.0.0.${index + 1}` }),
);

interface Scene {
  readonly claims: readonly OwnerView[];
  readonly leaving?: readonly (readonly [OwnerView, Release])[];
  /** By name of the owner, what the record says. */
  readonly recorded: Readonly<Record<string, readonly RulePlace[]>>;
  /** The group in the listener's name. */
  readonly group?: string;
}

function plan({ claims, leaving = [[old({ ending: true }), 'now']], recorded, group = 'uid-old' }: Scene) {
  const owners = [...claims, ...leaving.map(([owner]) => owner)];
  const record: BalancerRecord = {
    balancerId: clbId,
    owners: owners.map((owner) => newEntry(owner, { recordedAtMs: 0, places: [], rules: recorded[owner.name] })),
  };
  const name = listenerName(clusterId, group);
  const rules = [{ locationId: 'loc-1', domain: 'old.com', url: '/', settings: {} }];
  return planChanges(
    someFacts({
      claims: asRecorded(claims.map(claimOf), record),
      owners,
      releases: new Map(leaving.map(([{ uid }, release]) => [uid, release])),
      observed: anObserved({
        listeners: [aListener({ name, protocol: 'HTTP', rules })],
        targets: [aTarget({ locationId: 'loc-1', tag: 'uid-old-1' })],
        recordedRules: recordedRules(clbId, record, owners),
      }),
      ...podFacts(pods),
    }),
  );
}

const stepsOf = (scene: Scene) => plan(scene).steps.map(describeStep);
const both = [rule('next.com'), rule('old.com')];
const isDeleted = ['delete-listener at HTTP/80 (owner-gone)'];

describe('a listener with rules', () => {
  test('is kept for its next owner until the record names its rules as that one’s', () => {
    const scene = { claims: [next()], recorded: { old: [rule('old.com')], next: [rule('next.com')] } };
    expect(stepsOf(scene)).toEqual([]);
    expect(plan(scene).passing).toEqual([
      { listenerId: 'lbl-1', to: 'uid-next', rules: [rule('old.com')], isRecorded: false },
    ]);
  });

  test('is kept also while the rules of its next owner are not recorded', () => {
    expect(stepsOf({ claims: [next()], recorded: { old: [rule('old.com')] } })).toEqual([]);
  });

  test('is renamed then, and nothing is made or deleted beside that', () => {
    const scene = { claims: [next()], recorded: { old: [rule('old.com')], next: both } };
    expect(stepsOf(scene)).toEqual(['modify-listener at HTTP/80 (owner-changed)']);
    expect(plan(scene).steps[0]).toMatchObject({ name: listenerName(clusterId, 'uid-next'), owners: ['uid-next'] });
  });

  test('has the rule of its next owner made before the one of the old owner goes', () => {
    const recorded = { old: [rule('old.com')], next: both };
    expect(stepsOf({ claims: [next()], recorded, group: 'uid-next' })).toEqual([
      'create-rule at HTTP/80 next.com/ (wanted)',
    ]);
  });

  test('keeps what others made there', () => {
    const recorded = { old: [], next: [rule('next.com')] };
    const moved: readonly [OwnerView, Release] = [old({ existingLoadBalancer: 'lb-two' }), 'hold'];
    expect(stepsOf({ claims: [next()], leaving: [moved], recorded })).toEqual([]);
  });
});

describe('a listener with rules does not pass on', () => {
  const recorded = { old: [rule('old.com')], next: both };
  const many = Array.from({ length: most.rulesOfOwner }, (_, index) => rule(`${index}.com`));

  test.each<[string, Scene, readonly string[]]>([
    ['to another namespace', { claims: [next({ namespace: 'other' })], recorded }, isDeleted],
    ['to who wants another protocol there', { claims: [next({ annotations: {} })], recorded }, isDeleted],
    ['to who wants another port', { claims: [next({ ports: [aPort({ port: 81 })] })], recorded }, isDeleted],
    ['while its owner wants it', { claims: [old(), next()], leaving: [], recorded }, []],
  ])('%s', (_, scene, deleted) => {
    const steps = stepsOf(scene).filter((step) => step.includes('-listener') && !step.includes('create'));
    expect(steps).toEqual(deleted);
    expect(plan(scene).passing).toEqual([]);
  });

  test('when several owners have it by their rules', () => {
    expect(plan({ claims: [next()], recorded, group: sharedGroup }).passing).toEqual([]);
  });

  test('when the record has no room for so many rules', () => {
    const observed = anObserved({
      listeners: [
        aListener({
          name: listenerName(clusterId, 'uid-old'),
          protocol: 'HTTP',
          rules: many.map(({ domain, url }) => ({ locationId: domain, domain, url, settings: {} })),
        }),
      ],
      recordedRules: many.map((place) => ({ place, ownerUids: ['uid-old'] })),
    });
    const leaving = old({ ending: true });
    const facts = { observed, claims: [claimOf(next())], owners: [next(), leaving] };
    const { steps } = planChanges(someFacts({ ...facts, releases: new Map([['uid-old', 'now']]) }));
    expect(steps.map(describeStep)).toContain(isDeleted[0]);
  });
});
