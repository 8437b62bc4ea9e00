import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { type ClusterOnShared, sharedBalancer } from '../../testing/shared-listeners.ts';
import { listenerIds, sharedEvents, SharedWorld } from '../../testing/shared-world.ts';
import { addressKey, targetKey, type TargetAddress } from '../model/target.ts';

const history = fc.array(
  fc.record({
    // Controllers run more often than anything else happens.
    what: fc.oneof(fc.constant('run' as const), fc.constantFrom(...sharedEvents)),
    cluster: fc.nat(1),
    at: fc.nat(20),
  }),
  { maxLength: 40 },
);

const keys = (targets: readonly TargetAddress[]) => targets.map(addressKey).toSorted();

/** A world in which no controller may touch what is not its own. */
function guarded(): SharedWorld {
  const world = new SharedWorld();
  const listeners = [...sharedBalancer(listenerIds).listeners.values()];
  world.onRun = (cluster, plan, before) => {
    const foreign = before.filter((target) => !cluster.isOwn(target));
    const foreignKeys = foreign.map(targetKey);
    const keys = plan.steps.map((step) => ('target' in step ? targetKey(step.target) : step.kind));
    const touched = keys.filter((key) => foreignKeys.includes(key));
    const left = world.targets.filter((target) => !cluster.isOwn(target));
    const standing = [...world.balancer.listeners.values()];
    // One comparison: this runs tens of thousands of times.
    expect({ left, touched, standing }).toEqual({ left: foreign, touched: [], standing: listeners });
  };
  return world;
}

/** The ready pods of Services that are there and name the listener, where nobody else has the address. */
function expectedAt(world: SharedWorld, cluster: ClusterOnShared, listenerId: string): string[] {
  const wanting = cluster.owners.filter(
    ({ ending, bindings }) => !ending && bindings[0]?.existing?.listenerId === listenerId,
  );
  const selected = cluster.readyPods.filter((pod) => wanting.some(({ name }) => name === pod.labels['app']));
  const taken = new Set(
    keys(world.targets.filter((target) => target.listenerId === listenerId && !cluster.isOwn(target))),
  );
  return selected.map(({ ip = '' }) => addressKey({ ip, port: 8080 })).filter((key) => !taken.has(key));
}

/** What a Service had before its annotation became wrong stays until it is right again. */
function areReadable({ owners }: ClusterOnShared): boolean {
  return owners.every(
    ({ ending, bindings }) => ending || listenerIds.includes(bindings[0]?.existing?.listenerId ?? ''),
  );
}

test('Two clusters and a person never touch what is not theirs, and each cluster gets what it wants.', () => {
  fc.assert(
    fc.property(history, fc.nat(2), (events, begin) => {
      const world = guarded();
      for (const cluster of world.clusters) for (let n = 0; n < begin; n += 1) world.addPod(cluster, n);
      expect(world.settle()).toBe(true);
      for (const { what, cluster, at } of events) world.happen(what, world.clusters[cluster] ?? world.old, at);
      expect(world.settle()).toBe(true);
      for (const cluster of world.clusters.filter(areReadable)) {
        for (const listenerId of listenerIds) {
          const own = world.targets.filter((target) => target.listenerId === listenerId && cluster.isOwn(target));
          const expected = expectedAt(world, cluster, listenerId).toSorted();
          // Without a ready pod the last ones that serve may go on.
          if (expected.length > 0) expect(keys(own.filter(({ weight }) => weight === 10))).toEqual(expected);
          if (cluster.pods.length === 0 || cluster.owners.every(({ ending }) => ending)) expect(own).toEqual([]);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('A service moves from one cluster to the other, and its old pods get no connections once they end.', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), (from, to) => {
      const world = guarded();
      const { old, next } = world;
      const serving = () => world.targets.filter(({ weight, health }) => weight > 0 && health === 'Alive');
      for (let n = 0; n < from; n += 1) world.addPod(old, 0);
      world.settle();
      for (let n = 0; n < to; n += 1) world.addPod(next, 0);
      world.settle();
      expect(serving()).toHaveLength(from + to);
      old.pods = old.pods.map((pod) => ({ ...pod, ending: true }));
      world.run(old);
      expect(serving()).toHaveLength(to);
      expect(serving().every((target) => next.isOwn(target))).toBe(true);
      for (const { uid } of old.pods) old.ended.add(uid);
      old.pods = [];
      world.settle();
      expect(world.targets).toHaveLength(to);
    }),
    { numRuns: 9 },
  );
});
