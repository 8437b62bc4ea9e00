import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { aListener, anOwner, aPod, aPort, aTarget, clbId, clusterId } from '../../testing/builders.ts';
import { PlanWorld } from '../../testing/plan-world.ts';
import type { Binding } from '../model/binding.ts';
import type { ListenerAnswer, TargetAnswer } from '../model/clb-port.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { stageOf, type PodView } from '../model/pod-view.ts';
import type { Step } from '../model/step.ts';
import { markedTag } from '../model/target-tag.ts';
import { addressKey, isServing, targetKey, type Health, type TargetRef } from '../model/target.ts';
import { groupOfListener, listenerName } from './listener-name.ts';
import { isEmpty, type Plan } from './plan.ts';
import { releaseOf, targetsOf } from './release-removal.ts';

const apps = ['web', 'api'];
const podArbitrary = fc.record({
  ending: fc.boolean(),
  containersReady: fc.boolean(),
  containersGone: fc.boolean(),
  finished: fc.boolean(),
  otherGateFalse: fc.boolean(),
  gate: fc.constantFrom<PodView['gate'][]>('absent', 'unset', { status: 'True', reason: '', message: '' }),
  network: fc.integer({ min: 0, max: 9 }).map((number) => (number === 0 ? 'host' : 'unmarked')),
  labels: fc.constantFrom('web', 'api', 'none').map((app) => ({ app })),
  namespace: fc.constantFrom('shop', 'shop', 'shop', 'other'),
  ip: fc.integer({ min: 1, max: 6 }).map((number) => `10.0.0.${number}`),
  namedPorts: fc.constantFrom<Record<string, number>[]>({ 'TCP/http': 8080 }, { 'TCP/http': 9090 }, {}),
});

const pods: fc.Arbitrary<PodView[]> = fc
  .array(podArbitrary, { maxLength: 8 })
  .map((list) => list.map((pod, index) => aPod({ ...pod, name: `p${index}`, createdAtMs: index })));

const portArbitrary = fc.record({
  port: fc.constantFrom(80, 81, 82),
  protocol: fc.constantFrom('TCP', 'UDP'),
  targetPort: fc.constantFrom<(string | number)[]>(8080, 9090, 'http'),
});

const existingListeners = ['80=lbl-0,81=lbl-1,82=lbl-0', '80=lbl-1,81=lbl-0,82=lbl-9', '82=lbl-0,80:x'];
const owners: fc.Arbitrary<OwnerView[]> = fc
  .array(
    fc.record({
      ports: fc.uniqueArray(portArbitrary, {
        minLength: 1,
        maxLength: 3,
        selector: ({ port, protocol }) => `${protocol}/${port}`,
      }),
      ending: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
      existingLoadBalancer: fc.constantFrom(clbId, clbId, clbId, 'lb-two'),
      existingListeners: fc.constantFrom(undefined, ...existingListeners),
    }),
    { maxLength: 2 },
  )
  .map((list) =>
    list.map(({ ports, ...rest }, index) => {
      const app = apps[index] ?? '';
      return anOwner({ name: app, selector: { app }, ports: ports.map((port) => aPort(port)), ...rest });
    }),
  );

const ownerNames = ['uid-web', 'uid-api', 'uid-gone'].map((uid) => listenerName(clusterId, uid));
const listeners: fc.Arbitrary<ListenerAnswer[]> = fc
  .uniqueArray(
    fc.record({
      port: fc.constantFrom(80, 81, 82, 83),
      protocol: fc.constantFrom('TCP', 'UDP'),
      name: fc.constantFrom(...ownerNames, 'foreign', 'terraform', 'by hand'),
    }),
    { maxLength: 5, selector: ({ port, protocol }) => `${protocol}/${port}` },
  )
  .map((list) => list.map((listener, index) => aListener({ ...listener, id: `lbl-${index}` })));

const marked = (uid: string) => markedTag(clusterId, uid);

interface Start {
  readonly pods: PodView[];
  readonly owners: OwnerView[];
  readonly listeners: ListenerAnswer[];
  readonly targets: [TargetAnswer, Health][];
  readonly ended: Set<string>;
}

const start: fc.Arbitrary<Start> = fc.record({ pods, owners, listeners }).chain((world) => {
  const target = fc.record({
    listenerId: fc.constantFrom('lbl-0', 'lbl-1', 'lbl-2', 'lbl-3', 'lbl-4'),
    ip: fc.integer({ min: 1, max: 7 }).map((number) => `10.0.0.${number}`),
    port: fc.constantFrom(8080, 9090),
    weight: fc.constantFrom(0, 10, 10, 33),
    tag: fc.constantFrom(undefined, 'uid-p0', 'uid-p1', 'uid-p2', 'uid-other', marked('uid-p0'), marked('uid-other')),
  });
  const health = fc.constantFrom<Health[]>('Alive', 'Unknown', 'Dead', 'Close');
  return fc.record({
    pods: fc.constant(world.pods),
    owners: fc.constant(world.owners),
    listeners: fc.constant(world.listeners),
    targets: fc
      .uniqueArray(fc.tuple(target, health), { maxLength: 12, selector: ([one]) => targetKey(one) })
      .map((list) =>
        list
          .filter(([{ listenerId }]) => world.listeners.some(({ id }) => id === listenerId))
          .map(([one, word]): [TargetAnswer, Health] => [aTarget(one), word]),
      ),
    ended: fc.subarray(['uid-other', 'uid-p0', 'uid-p1']).map((uids) => new Set(uids)),
  });
});

/** What one plan may never do, whatever the world. */
function expectHarmless(world: PlanWorld, plan: Plan): void {
  const ownerOf = (id: string) =>
    groupOfListener(world.listeners.find((listener) => listener.id === id)?.name ?? '', clusterId);
  for (const step of plan.steps) {
    if ('target' in step) expectOwn(world, step.target);
    if (step.kind === 'delete-listener') expect(ownerOf(step.listenerId)).toMatch(/^uid-(web|api)$/);
  }
  for (const { id } of plan.bound) {
    const ready = readyAt(world, plan, id.listenerId);
    const registered = keysAt(id.listenerId, plan, ({ kind }) => kind === 'register');
    const leaving = keysAt(id.listenerId, plan, takesOff);
    expect(ready).toEqual(expect.arrayContaining(registered));
    expect(ready.filter((key) => leaving.includes(key))).toEqual([]);
    expectNotEmptied(world, plan, id.listenerId);
    expectLastKept(world, plan, id.listenerId);
  }
}

const listenerAt = (world: PlanWorld, listenerId: string) => world.listeners.find(({ id }) => id === listenerId);

/** A target at a listener of ours, or one of ours at another that an owner uses. */
function expectOwn(world: PlanWorld, target: TargetRef): void {
  const listener = listenerAt(world, target.listenerId);
  if (groupOfListener(listener?.name ?? '', clusterId) !== undefined) return;
  expect(listener?.others?.has(addressKey(target))).toBe(false);
}

/** The targets of ready pods that the binding may have: others' addresses are theirs. */
function ownReady(world: PlanWorld, binding: Binding, listenerId: string): string[] {
  const others = [...(listenerAt(world, listenerId)?.others?.values() ?? [])];
  const taken = new Set(others.map((target) => targetKey({ listenerId, ...target })));
  return world.readyTargets(binding, listenerId).filter((key) => !taken.has(key));
}

/** Those of all owners that share the place. */
function readyAt(world: PlanWorld, { bound }: Plan, listenerId: string): string[] {
  const here = bound.filter(({ id }) => id.listenerId === listenerId);
  return here.flatMap(({ binding }) => ownReady(world, binding, listenerId)).toSorted();
}

const isReuse = (step: Step) => step.kind === 'deregister' && step.reason === 'address-reused';
const takesOff = (step: Step) =>
  (step.kind === 'set-weight' && step.weight === 0) || (step.kind === 'deregister' && !isReuse(step));

function keysAt(listenerId: string, { steps }: Plan, isOne: (step: Step) => boolean): string[] {
  return steps
    .filter(isOne)
    .flatMap((step) => ('target' in step ? [step.target] : []))
    .filter((target) => target.listenerId === listenerId)
    .map(targetKey);
}

/** Pods that end or are not ready never take the last target that takes traffic, while their containers run. */
function expectLastKept(world: PlanWorld, plan: Plan, listenerId: string): void {
  const before = world.serving(listenerId);
  const lowered = keysAt(listenerId, plan, (step) => step.kind === 'set-weight' && step.weight === 0 && byPod(step));
  const gone = new Set(keysAt(listenerId, plan, takesOff));
  const reused = new Set(keysAt(listenerId, plan, isReuse));
  const left = before.filter((target) => !gone.has(targetKey(target)) && !reused.has(targetKey(target)));
  const taken = before.filter((target) => lowered.includes(targetKey(target)));
  const others = [...(listenerAt(world, listenerId)?.others?.values() ?? [])];
  const areServed = others.some(({ weight, health }) => weight > 0 && isServing(health));
  if (taken.length > 0 && !areServed) expect(left).not.toEqual([]);
}

const byPod = ({ reason }: Step) => reason === 'backend-ending' || reason === 'backend-unready';

/** The last targets that carry traffic go only because of their own pods, or because a person lets them go. */
function expectNotEmptied(world: PlanWorld, plan: Plan, listenerId: string): void {
  const leaving = new Set(keysAt(listenerId, plan, takesOff));
  const reused = new Set(keysAt(listenerId, plan, isReuse));
  const before = world.serving(listenerId).filter((target) => !reused.has(targetKey(target)));
  const lost = before.filter((target) => leaving.has(targetKey(target)));
  if (lost.length < before.length) return;
  const unasked = lost.filter((target) => !world.isPodLeaving(target)).map(targetKey);
  expect(unasked.filter((key) => !plan.released.has(key))).toEqual([]);
}

/** Does what each event RemovalWithheld says, as a person who means it. */
function letGo(world: PlanWorld, { withheld }: Plan): void {
  world.owners = world.owners.map((owner) => {
    return { ...owner, releaseRemoval: releaseOf(targetsOf(owner.uid, withheld, world.observed)) };
  });
}

/** Until nothing is left to do. */
function converge(world: PlanWorld): Plan {
  let plan = world.plan();
  for (let runs = 0; runs < 30 && !(isEmpty(plan) && plan.dueInMs === undefined); runs += 1) {
    expectHarmless(world, plan);
    world.apply(plan);
    world.passTime(plan);
    plan = world.plan();
  }
  expect(isEmpty(plan)).toBe(true);
  return plan;
}

test('any world converges to its ready pods and what the brake keeps, harms no one, and then stands still', () => {
  fc.assert(
    fc.property(start, fc.boolean(), (begin, tagged) => {
      const world = new PlanWorld({ ...begin, tagged });
      const braked = converge(world);
      for (const { id } of braked.bound) {
        const carrying = world.carrying(id.listenerId).map(targetKey);
        const ready = readyAt(world, braked, id.listenerId);
        const withheld = braked.withheld.map(targetKey);
        if (ready.length > 0) expect(carrying.filter((key) => !withheld.includes(key)).toSorted()).toEqual(ready);
      }
      letGo(world, braked);
      const plan = converge(world);
      const bound = new Set(plan.bound.map(({ id }) => id.listenerId));
      expect(plan.withheld.filter(({ listenerId }) => bound.has(listenerId))).toEqual([]);
      world.passTime(plan);
      expect(isEmpty(world.plan())).toBe(true);
      for (const { id } of plan.bound) {
        const ready = readyAt(world, plan, id.listenerId);
        const carrying = world.carrying(id.listenerId);
        if (ready.length > 0) expect(carrying.map(targetKey).toSorted()).toEqual(ready);
        // Without a ready pod the last ones that serve go on.
        else expect(carrying.filter((target) => !world.isPodLeaving(target))).toEqual([]);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('the same pods make the same targets in whatever order the cluster lists them', () => {
  fc.assert(
    fc.property(start, (begin) => {
      const [one, other] = [begin.pods, begin.pods.toReversed()].map((some) =>
        new PlanWorld({ ...begin, pods: some, tagged: true }).plan(),
      );
      const keys = (plan: Plan | undefined) =>
        plan?.bound
          .flatMap(({ wanted }) => wanted)
          .map((target) => `${targetKey(target)} ${target.backend.id}`)
          .toSorted();
      expect(keys(one)).toEqual(keys(other));
    }),
    { numRuns: 200 },
  );
});

test('a rolling update never has fewer serving targets than pods that are ready and bound', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), (replicas, surge) => {
      const old = Array.from({ length: replicas }, (_, n) => aPod({ name: `old${n}`, ip: `10.0.1.${n}` }));
      const world = new PlanWorld({
        pods: old,
        owners: [anOwner()],
        listeners: [],
        targets: [],
        ended: new Set(),
        tagged: true,
      });
      world.settle();
      for (let n = 0; n < replicas; n += surge) {
        const next = Array.from({ length: surge }, (_, m) => aPod({ name: `new${n + m}`, ip: `10.0.2.${n + m}` }));
        world.pods.push(...next);
        world.settle();
        world.pods = world.pods.filter(({ name }) => !old.slice(n, n + surge).some((pod) => pod.name === name));
        old.slice(n, n + surge).forEach(({ uid }) => world.ended.add(uid));
        expect(world.carrying(world.listeners[0]?.id ?? '').length).toBeGreaterThanOrEqual(replicas);
        world.settle();
      }
      expect(world.pods.every((pod) => stageOf(pod) === 'ready')).toBe(true);
      expect(world.carrying(world.listeners[0]?.id ?? '')).toHaveLength(world.pods.length);
    }),
    { numRuns: 30 },
  );
});
