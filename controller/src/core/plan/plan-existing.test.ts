import { describe, expect, test } from '@jest/globals';
import {
  aListener,
  anObserved,
  anOwner,
  aPod,
  aPort,
  aTarget,
  claimOf,
  clusterId,
  podFacts,
  someFacts,
} from '../../testing/builders.ts';
import type { TargetAnswer } from '../model/clb-port.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { PodView } from '../model/pod-view.ts';
import { describeStep } from '../model/step.ts';
import { markedTag } from '../model/target-tag.ts';
import { targetKey, type Health } from '../model/target.ts';
import type { Facts } from './facts.ts';
import { planChanges } from './plan.ts';
import { usedPlaces } from './used-places.ts';

const mapped = { existingListeners: '80=lbl-1' };
const web = anOwner(mapped);
const theirs = aTarget({ ip: '10.9.9.9', tag: markedTag('cls-other', 'uid-x') });
const own = (pod: PodView, weight = 10) => aTarget({ ip: pod.ip ?? '', weight, tag: markedTag(clusterId, pod.uid) });

interface Scene extends Partial<Omit<Facts, 'owners'>> {
  readonly owners?: readonly OwnerView[];
  readonly pods?: readonly PodView[];
  readonly targets?: readonly (readonly [TargetAnswer, Health])[];
  readonly protocol?: string;
}

function planFor({ owners = [web], pods = [aPod()], targets = [], protocol = 'TCP', ...facts }: Scene) {
  const observed = anObserved({
    listeners: [aListener({ name: 'theirs', port: 443, protocol })],
    targets: targets.map(([target]) => target),
    health: new Map(targets.map(([target, health]) => [targetKey(target), health])),
    used: usedPlaces('lb-one', owners),
  });
  const claims = owners.filter(({ uid }) => facts.releases?.has(uid) !== true).map(claimOf);
  return planChanges(someFacts({ owners, claims, observed, ...podFacts(pods), ...facts }));
}
const steps = (scene: Scene) => planFor(scene).steps.map(describeStep);

describe('registering', () => {
  test('says which cluster does it, and changes no setting', () => {
    expect(planFor({ targets: [[theirs, 'Alive']] }).steps).toMatchObject([
      { kind: 'register', tag: 'uid-web-1', clusterId, place: { port: 443 }, target: { listenerId: 'lbl-1' } },
    ]);
  });

  test('waits for the record', () => {
    const { steps: none, used } = planFor({ owners: [{ ...web, recordedPlaces: [] }] });
    expect(none).toEqual([]);
    expect(used.get('uid-web')).toEqual([{ listenerId: 'lbl-1' }]);
  });

  test('leaves an address to whoever registered it', () => {
    const plan = planFor({ targets: [[{ ...theirs, ip: '10.0.0.1' }, 'Alive']] });
    expect(plan.steps).toEqual([]);
    expect(plan.taken).toMatchObject([{ target: { ip: '10.0.0.1' }, binding: { owner: { name: 'web' } } }]);
    expect(plan.waitsForPlace).toBe(true);
  });

  test('is looked for again while the listener is not there', () => {
    expect(planFor({ owners: [anOwner({ existingListeners: '80=lbl-9' })] })).toMatchObject({
      steps: [],
      waitsForPlace: true,
      conflicts: [{ finding: { reason: 'ListenerNotFound' } }],
    });
  });

  test('keeps within the quota of the listener, which counts the targets of others too', () => {
    const pods = [aPod(), aPod({ name: 'web-2', ip: '10.0.0.2' })];
    const quota = { ...someFacts().quota, targets: 2 };
    const plan = planFor({ pods, targets: [[theirs, 'Alive']], quota });
    expect(plan.steps).toMatchObject([{ kind: 'register', target: { ip: '10.0.0.1' } }]);
    expect(plan.withoutRoom).toMatchObject([{ step: { target: { ip: '10.0.0.2' } }, most: 2 }]);
  });

  test('and an annotation that cannot be read costs no look', () => {
    const owner = anOwner({ existingListeners: '80=x' });
    expect(planFor({ owners: [owner] })).toMatchObject({ steps: [], waitsForPlace: false, conflicts: [] });
    expect(owner.findings).toMatchObject([{ reason: 'AnnotationMalformed' }]);
  });
});

describe('the last target that serves', () => {
  const ending = aPod({ ending: true });

  test.each<[string, readonly (readonly [TargetAnswer, Health])[], readonly string[]]>([
    [
      'goes when targets of others serve',
      [[theirs, 'Alive']],
      ['set-weight 10.0.0.1:8080 weight 0 at TCP/443 (backend-ending)'],
    ],
    ['stays when they are dead', [[theirs, 'Dead']], []],
    ['stays when they have no weight', [[{ ...theirs, weight: 0 }, 'Alive']], []],
    ['stays when there are none', [], []],
  ])('%s', (_, others, expected) => {
    expect(steps({ pods: [ending], targets: [[own(ending), 'Alive'], ...others] })).toEqual(expected);
  });
});

describe('what nobody wants any more', () => {
  const gone = new Map([['uid-web', 'now']] as const);
  const [living, dead] = [aPod(), aPod({ name: 'web-2', ip: '10.0.0.2' })];
  const targets: readonly (readonly [TargetAnswer, Health])[] = [
    [own(living), 'Alive'],
    [own(dead), 'Alive'],
    [theirs, 'Alive'],
  ];
  const ended = { ...podFacts([living], (uid) => uid === dead.uid) };

  test('drains, and what has ended leaves at once', () => {
    expect(steps({ releases: gone, targets, ...ended })).toEqual([
      'set-weight 10.0.0.1:8080 weight 0 at TCP/443 (owner-gone)',
      'deregister 10.0.0.2:8080 at TCP/443 (backend-ended)',
    ]);
  });

  test('is deregistered after the drain', () => {
    const drained: readonly (readonly [TargetAnswer, Health])[] = [
      [own(living, 0), 'Alive'],
      [theirs, 'Alive'],
    ];
    const before = planFor({ releases: gone, targets: drained });
    expect([before.steps, before.dueInMs]).toEqual([[], 30_000]);
    const memory = { ...someFacts().memory, zeroSinceMs: new Map([['lbl-1/10.0.0.1:8080', 1]]) };
    expect(steps({ releases: gone, targets: drained, memory })).toEqual([
      'deregister 10.0.0.1:8080 at TCP/443 (owner-gone)',
    ]);
  });

  test('stays while what replaces it does not carry', () => {
    const owner = { ...anOwner({ existingListeners: undefined }), recordedPlaces: ['lbl-1'] };
    const plan = planFor({ owners: [owner], pods: [living], targets: [[own(living), 'Alive']] });
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['create-listener']);
    expect(plan.used.has('uid-web')).toBe(true);
  });

  test('of an owner that is not known stays for ever', () => {
    const owner = { ...web, bindings: [] };
    expect(planFor({ owners: [owner], claims: [], targets }).steps).toEqual([]);
  });
});

describe('two owners at one place', () => {
  const younger = anOwner({ ...mapped, name: 'web2', createdAtMs: 9 });

  test('of one namespace share it, and an address of both is registered once', () => {
    const plan = planFor({ owners: [younger, web] });
    expect(plan.steps).toHaveLength(1);
    expect(plan.bound.map(({ binding, wanted }) => [binding.owner.name, wanted.length])).toEqual([
      ['web', 1],
      ['web2', 1],
    ]);
  });

  test('of two namespaces do not: the one that is recorded there has it', () => {
    const other = { ...anOwner({ ...mapped, namespace: 'other', name: 'api' }), createdAtMs: -1, recordedPlaces: [] };
    const plan = planFor({ owners: [other, web] });
    expect(plan.conflicts).toMatchObject([
      { binding: { owner: { name: 'api' } }, finding: { reason: 'ListenerConflict' } },
    ]);
    expect(plan.steps).toMatchObject([{ kind: 'register', owners: ['uid-web'] }]);
  });

  test("of which one goes: the place is the other one's alone when no target is left that nobody wants", () => {
    const stray = aPod({ name: 'old', ip: '10.0.0.7', labels: { app: 'old' } });
    const leaving = { ...anOwner({ ...mapped, name: 'old' }), bindings: [] };
    const scene = { owners: [leaving, web], releases: new Map([['uid-old', 'now']] as const) };
    const both = planFor({
      ...scene,
      pods: [aPod(), stray],
      targets: [
        [own(aPod()), 'Alive'],
        [own(stray), 'Alive'],
      ],
    });
    expect([...both.used.keys()].toSorted()).toEqual(['uid-old', 'uid-web']);
    expect([...planFor({ ...scene, targets: [[own(aPod()), 'Alive']] }).used.keys()]).toEqual(['uid-web']);
  });
});

test('A port of ours beside it is made and filled as before', () => {
  const owner = anOwner({ ...mapped, ports: [aPort(), aPort({ port: 81 })] });
  expect(steps({ owners: [owner] })).toEqual([
    'create-listener at TCP/81 (wanted)',
    'register 10.0.0.1:8080 weight 10 at TCP/443 (backend-ready)',
  ]);
});
