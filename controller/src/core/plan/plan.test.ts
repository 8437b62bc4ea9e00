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
import type { ListenerAnswer, TargetAnswer } from '../model/clb-port.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { describePlace } from '../model/place.ts';
import type { PodView } from '../model/pod-view.ts';
import { isKind, type Step } from '../model/step.ts';
import { targetKey, type Health } from '../model/target.ts';
import type { Facts } from './facts.ts';
import { listenerName } from './listener-name.ts';
import { emptyMemory, type Memory } from './memory.ts';
import { isEmpty, planChanges, type Plan } from './plan.ts';

interface Scene extends Partial<Facts> {
  readonly services?: readonly OwnerView[];
  readonly pods?: readonly PodView[];
  readonly listeners?: readonly ListenerAnswer[];
  readonly targets?: readonly TargetAnswer[];
  /** The health of every target. */
  readonly allAre?: Health;
  readonly hasEnded?: (uid: string) => boolean;
}

function planFor(scene: Scene): Plan {
  const {
    services = [anOwner()],
    pods = [],
    listeners = [aListener()],
    targets = [],
    allAre,
    hasEnded,
    ...facts
  } = scene;
  return planChanges(
    someFacts({
      claims: services.map(claimOf),
      observed: anObserved({ listeners, targets, health: allAre ?? 'Alive' }),
      ...podFacts(pods, hasEnded),
      ...facts,
    }),
  );
}

/** The steps of a plan by what they mean, in the order of the plan. */
function stepsOf({ steps, withheld }: Plan) {
  const keys = (isOne: (step: Step) => boolean) =>
    steps.filter(isOne).flatMap((step) => ('target' in step ? [targetKey(step.target)] : []));
  const isReuse = ({ reason }: Step) => reason === 'address-reused';
  const grouped = {
    drain: keys((step) => step.kind === 'set-weight' && step.weight === 0),
    create: steps.filter(isKind('create-listener')).map(({ place }) => describePlace(place)),
    reuse: keys((step) => step.kind === 'deregister' && isReuse(step)),
    register: keys(isKind('register')),
    restore: keys((step) => step.kind === 'set-weight' && step.weight > 0),
    deregister: keys((step) => step.kind === 'deregister' && !isReuse(step)),
    deleteListeners: steps.filter(isKind('delete-listener')).map(({ listenerId }) => listenerId),
    withheld: withheld.map(targetKey),
  };
  return Object.fromEntries(Object.entries(grouped).filter(([, list]) => list.length > 0));
}

const one = 'lbl-1/10.0.0.1:8080';
const two = 'lbl-1/10.0.0.2:8080';
const podTwo = aPod({ name: 'web-2', ip: '10.0.0.2' });
const targetTwo = aTarget({ ip: '10.0.0.2', tag: 'uid-web-2' });
const unready = (...pods: PodView[]) => pods.map((pod) => ({ ...pod, containersReady: false }));
const noTags = (target: TargetAnswer): TargetAnswer => ({ ...target, tag: undefined });
const remembers = (owners: Record<string, string>): Memory => {
  return { ...emptyMemory, registeredFor: new Map(Object.entries(owners)) };
};

describe('targets of a listener', () => {
  test.each<[string, Scene, object]>([
    ['a new pod is registered', { pods: [aPod()] }, { register: [one] }],
    ['what is right stays as it is', { pods: [aPod()], targets: [aTarget()] }, {}],
    [
      'an ending pod goes to weight 0',
      { pods: [aPod({ ending: true }), podTwo], targets: [aTarget(), targetTwo] },
      { drain: [one] },
    ],
    [
      'an unready pod goes to weight 0',
      { pods: [aPod({ containersReady: false }), podTwo], targets: [aTarget(), targetTwo] },
      { drain: [one] },
    ],
    [
      'a pod that is ready again gets its weight back',
      { pods: [aPod()], targets: [aTarget({ weight: 0 })] },
      { restore: [one] },
    ],
    [
      'a weight that was changed by hand is corrected',
      { pods: [aPod()], targets: [aTarget({ weight: 55 })] },
      { restore: [one] },
    ],
    [
      'a pod whose containers are gone leaves',
      { pods: [aPod({ ending: true, containersGone: true })], targets: [aTarget()] },
      { deregister: [one] },
    ],
    [
      'a pod that we saw end leaves',
      { targets: [aTarget()], hasEnded: (uid) => uid === 'uid-web-1' },
      { deregister: [one] },
    ],
    ['a pod that vanished stays for now', { targets: [aTarget()] }, { withheld: [one] }],
    [
      'a pod that is not selected any more is drained once another serves',
      { pods: [aPod({ labels: {} }), podTwo], targets: [aTarget(), targetTwo] },
      { drain: [one] },
    ],
    [
      'a pod that is not selected any more waits for the health of the others',
      { pods: [aPod({ labels: {} }), podTwo], targets: [aTarget(), targetTwo], allAre: 'Unknown' },
      { withheld: [one] },
    ],
    [
      'a healthy target that is still at weight 0 replaces nothing yet',
      { pods: [aPod({ labels: {} }), podTwo], targets: [aTarget(), { ...targetTwo, weight: 0 }] },
      { restore: [two], withheld: [one] },
    ],
    [
      'a changed target port is made before the old one is broken',
      { services: [anOwner({ ports: [aPort({ targetPort: 9090 })] })], pods: [aPod()], targets: [aTarget()] },
      { register: ['lbl-1/10.0.0.1:9090'], withheld: [one] },
    ],
    ['pods of another namespace are not selected', { pods: [aPod({ namespace: 'other' })] }, {}],
    [
      'of pods that are not selected any more, one that ends goes to weight 0 while the others stay',
      { pods: [aPod({ labels: {}, ending: true }), { ...podTwo, labels: {} }], targets: [aTarget(), targetTwo] },
      { drain: [one], withheld: [two] },
    ],
    [
      'one that ends and is not selected any more stays at weight 0 until it is gone',
      {
        pods: [aPod({ labels: {}, ending: true }), podTwo],
        targets: [aTarget({ weight: 0 }), targetTwo],
        memory: { ...emptyMemory, zeroSinceMs: new Map([[one, 1_000]]) },
      },
      {},
    ],
    [
      'a pod that ends goes to weight 0 while others serve that are not selected any more',
      { pods: [aPod({ ending: true }), { ...podTwo, labels: {} }], targets: [aTarget(), targetTwo] },
      { drain: [one], withheld: [two] },
    ],
  ])('%s', (_, scene, expected) => {
    const plan = planFor(scene);
    expect(stepsOf(plan)).toEqual(expected);
    expect(isEmpty(plan)).toBe(Object.keys(expected).every((step) => step === 'withheld'));
  });

  test('two ports to one pod are two targets', () => {
    const services = [anOwner({ ports: [aPort(), aPort({ port: 443 })] })];
    const listeners = [aListener(), aListener({ id: 'lbl-2', port: 443 })];
    expect(stepsOf(planFor({ services, listeners, pods: [aPod()] }))).toEqual({
      register: [one, 'lbl-2/10.0.0.1:8080'],
    });
  });
});

describe('the last targets that take traffic', () => {
  const both = [aTarget(), targetTwo];
  const health = (one: Health, two: Health) =>
    anObserved({
      listeners: [aListener()],
      targets: both,
      health: new Map([
        [targetKey(aTarget()), one],
        [targetKey(targetTwo), two],
      ]),
    });
  const ending = aPod({ ending: true });
  const unselectedEnding = [aPod(), podTwo].map((pod) => ({ ...pod, labels: {}, ending: true }));

  test.each<[string, Scene, object]>([
    ['keep their weight when all pods end', { pods: [ending, { ...podTwo, ending: true }], targets: both }, {}],
    ['keep their weight when all pods are unready at once', { pods: unready(aPod(), podTwo), targets: both }, {}],
    [
      'keep their weight while a replacement is only Unknown',
      { pods: [ending, podTwo], observed: health('Alive', 'Unknown') },
      {},
    ],
    ['are lowered when a replacement is Alive', { pods: [ending, podTwo], targets: both }, { drain: [one] }],
    ['keep their weight where the health check is off', { pods: [ending], targets: [aTarget()], allAre: 'Close' }, {}],
    ['are lowered when they are Dead', { pods: [ending], targets: [aTarget()], allAre: 'Dead' }, { drain: [one] }],
    ['are not raised again once they are lowered', { pods: [ending], targets: [aTarget({ weight: 0 })] }, {}],
    [
      'leave when their containers are gone',
      { pods: [aPod({ ending: true, containersGone: true }), { ...podTwo, ending: true }], targets: both },
      { deregister: [one] },
    ],
    [
      'are lowered only where they do not take traffic',
      { pods: [ending, { ...podTwo, ending: true }], observed: health('Alive', 'Dead') },
      { drain: [two] },
    ],
    ['keep their weight when nothing selects them and they end', { pods: unselectedEnding, targets: both }, {}],
    [
      'are lowered when nothing selects them, they end and a replacement is Alive',
      { pods: [{ ...ending, labels: {} }, podTwo], targets: both },
      { drain: [one] },
    ],
    [
      'keep their weight when nothing selects them, they end and a replacement is only Unknown',
      { pods: [{ ...ending, labels: {} }, podTwo], observed: health('Alive', 'Unknown') },
      {},
    ],
    [
      'keep their weight beside a pod that vanished',
      { pods: [{ ...ending, labels: {} }], targets: both },
      { withheld: [two] },
    ],
    [
      'do not count when their address passed to another pod',
      { pods: [ending, { ...podTwo, uid: 'uid-new' }], targets: both },
      { reuse: [two], register: [two] },
    ],
  ])('%s', (_, scene, expected) => {
    expect(stepsOf(planFor(scene))).toEqual(expected);
  });

  test('are named in the plan, which waits for health', () => {
    const plan = planFor({ pods: [ending], targets: [aTarget()] });
    expect(plan.kept.map(targetKey)).toEqual([one]);
    expect(plan.waitsForHealth).toBe(true);
  });
});

describe('an address that another pod had before', () => {
  const newcomer = aPod({ uid: 'uid-new' });

  test('is taken off and registered again when the tag says so', () => {
    expect(stepsOf(planFor({ pods: [newcomer], targets: [aTarget()] }))).toEqual({ reuse: [one], register: [one] });
  });

  test('is taken off and registered again when only the memory says so', () => {
    const memory = remembers({ [one]: 'uid-web-1' });
    expect(stepsOf(planFor({ pods: [newcomer], targets: [noTags(aTarget())], memory }))).toEqual({
      reuse: [one],
      register: [one],
    });
  });

  test('is only taken off while the new pod is not ready', () => {
    const pods = [aPod({ uid: 'uid-new', containersReady: false })];
    expect(stepsOf(planFor({ pods, targets: [aTarget()] }))).toEqual({ reuse: [one] });
  });

  test('is kept when it is not known whose it was', () => {
    expect(stepsOf(planFor({ pods: [newcomer], targets: [noTags(aTarget())] }))).toEqual({});
  });

  test('does not count as serving', () => {
    const pods = [newcomer, aPod({ name: 'web-2', ip: '10.0.0.2', labels: {} })];
    expect(stepsOf(planFor({ pods, targets: [aTarget(), targetTwo] }))).toMatchObject({ withheld: [two] });
  });
});

describe('listeners that no binding uses', () => {
  const old = aListener({ id: 'lbl-9', port: 81 });
  const onOld = aTarget({ listenerId: 'lbl-9' });
  const serving = { listeners: [aListener(), old], targets: [aTarget(), onOld], pods: [aPod()] };
  const gone = { services: [], listeners: [old], targets: [onOld] };
  const twoOnOld = { ...targetTwo, listenerId: 'lbl-9' };
  const moved = { ...gone, targets: [onOld, twoOnOld], releases: new Map([['uid-web', 'hold' as const]]) };

  test.each<[string, Scene, object]>([
    [
      'a removed port is held until the others serve',
      { ...serving, allAre: 'Unknown' },
      { withheld: [targetKey(onOld)] },
    ],
    ['a removed port is drained once the others serve', serving, { drain: [targetKey(onOld)] }],
    ['a drained one stays for the drain time', { ...serving, targets: [aTarget(), { ...onOld, weight: 0 }] }, {}],
    [
      'a drained one is deleted after the drain time',
      {
        ...serving,
        targets: [aTarget(), { ...onOld, weight: 0 }],
        memory: { ...emptyMemory, zeroSinceMs: new Map([[targetKey(onOld), 1_000]]) },
      },
      { deleteListeners: ['lbl-9'] },
    ],
    [
      'without targets it is deleted as soon as the others serve',
      { ...serving, targets: [aTarget()] },
      { deleteListeners: ['lbl-9'] },
    ],
    [
      'a removed port goes when the Service has no pods at all',
      { listeners: [aListener(), old], targets: [onOld] },
      { drain: [targetKey(onOld)] },
    ],
    [
      'a changed port is held until its listener stands',
      { listeners: [old], targets: [onOld], pods: [aPod()] },
      { create: ['TCP/80'], withheld: [targetKey(onOld)] },
    ],
    [
      'one of two ports that changed is held until its own listener stands',
      {
        services: [anOwner({ ports: [aPort(), aPort({ port: 82 })] })],
        ...serving,
      },
      { create: ['TCP/82'], withheld: [targetKey(onOld)] },
    ],
    [
      'those of a Service that ends are deleted at once',
      { ...gone, releases: new Map([['uid-web', 'now']]) },
      { deleteListeners: ['lbl-9'] },
    ],
    [
      'those of a Service that moved are held',
      { ...gone, releases: new Map([['uid-web', 'hold']]) },
      { withheld: [targetKey(onOld)] },
    ],
    [
      'of those that are held, a target whose address a pod of others has leaves at once',
      {
        ...gone,
        pods: [aPod({ namespace: 'other', name: 'db-1', labels: {} })],
        releases: new Map([['uid-web', 'hold']]),
      },
      { deregister: [targetKey(onOld)] },
    ],
    [
      'of those that are held, a pod that ends goes to weight 0 while another serves',
      { ...moved, pods: [aPod({ ending: true }), podTwo] },
      { drain: [targetKey(onOld)], withheld: [targetKey(onOld), targetKey(twoOnOld)] },
    ],
    [
      'of those that are held, the last that serve keep their weight while they end',
      { ...moved, pods: [aPod({ ending: true }), { ...podTwo, ending: true }] },
      { withheld: [targetKey(onOld), targetKey(twoOnOld)] },
    ],
    [
      'of those that are held, the last that serves keeps its weight beside a pod that vanished',
      { ...moved, pods: [aPod({ ending: true })] },
      { withheld: [targetKey(onOld), targetKey(twoOnOld)] },
    ],
    [
      'of those that are held, one that ended leaves and one that ends keeps its weight when it is the last',
      { ...moved, pods: [aPod({ ending: true })], hasEnded: (uid: string) => uid === 'uid-web-2' },
      { deregister: [targetKey(twoOnOld)], withheld: [targetKey(onOld)] },
    ],
    [
      'those of a Service that moved are drained',
      { ...gone, releases: new Map([['uid-web', 'drain']]) },
      { drain: [targetKey(onOld)] },
    ],
    ['those of a Service that is not known are kept', gone, {}],
  ])('%s', (_, scene, expected) => {
    expect(stepsOf(planFor(scene))).toEqual(expected);
  });

  test('a held listener says so even without targets', () => {
    expect(planFor({ ...gone, targets: [], releases: new Map([['uid-web', 'hold']]) }).waitsForHealth).toBe(true);
    expect(planFor({ services: [], listeners: [] }).waitsForHealth).toBe(false);
  });

  test('a foreign listener on the port is left alone, with its targets', () => {
    const plan = planFor({
      listeners: [aListener({ name: 'mine' })],
      pods: [aPod()],
      releases: new Map([['uid-web', 'now']]),
    });
    expect(isEmpty(plan)).toBe(true);
    expect(plan.conflicts).toHaveLength(1);
  });

  test('another Service of ours on the same CLB is not disturbed', () => {
    const other = aListener({ id: 'lbl-2', port: 443, name: listenerName(clusterId, 'uid-api') });
    const api = anOwner({ name: 'api', ports: [aPort({ port: 443 })], selector: { app: 'api' } });
    const apiPod = aPod({ name: 'api-1', ip: '10.0.0.7', labels: { app: 'api' } });
    const apiTarget = aTarget({ listenerId: 'lbl-2', ip: '10.0.0.7', tag: 'uid-api-1' });
    const plan = planFor({
      services: [anOwner(), api],
      listeners: [aListener(), other],
      pods: [aPod(), apiPod],
      targets: [apiTarget],
      releases: new Map(),
    });
    expect(stepsOf(plan)).toEqual({ register: [one] });
  });
});

test('the earliest of all waits says when to look again', () => {
  const targets = [aTarget({ weight: 0 }), targetTwo];
  const memory = { ...emptyMemory, zeroSinceMs: new Map([[one, 990_000]]) };
  expect(planFor({ pods: [aPod({ labels: {} }), podTwo], targets, memory }).dueInMs).toBe(20_000);
});
