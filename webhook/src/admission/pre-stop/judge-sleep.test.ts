import { describe, expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { applyPatch, type Operation } from 'rfc6902';
import { judgeSleep, type SleepFacts } from './judge-sleep.ts';
import { readSleepWish } from './sleep-wish.ts';

const facts: SleepFacts = {
  rule: { mode: 'opt-in', seconds: 20, restSeconds: 5 },
  namespaceWish: { kind: 'usual' },
  isKnown: true,
};
const web = { name: 'web' };

function podOf(spec: Record<string, unknown> = {}, wish?: string) {
  const annotations = wish === undefined ? {} : { 'clb-direct.io/pre-stop-sleep': wish };
  return { metadata: { annotations }, spec: { containers: [web], terminationGracePeriodSeconds: 30, ...spec } };
}

type Pod = ReturnType<typeof podOf>;

/** The pod, as the API server patches it. */
function patched(pod: Pod, changed: Partial<SleepFacts> = {}): Pod {
  const copy = structuredClone(pod);
  applyPatch(copy, judgeSleep(pod, { ...facts, ...changed }).operations as Operation[]);
  return copy;
}

function sleepsOf(pod: Pod, changed: Partial<SleepFacts> = {}): readonly unknown[] {
  const containers = patched(pod, changed).spec.containers as { lifecycle?: { preStop?: { sleep?: unknown } } }[];
  return containers.map(({ lifecycle }) => lifecycle?.preStop?.sleep);
}

const said = (pod: Pod, changed: Partial<SleepFacts> = {}) => {
  const { outcome, warning } = judgeSleep(pod, { ...facts, ...changed });
  return { outcome, warning };
};

describe('who sleeps, and how long', () => {
  test.each<[string, Pod, Partial<SleepFacts>, number | undefined]>([
    ['of a namespace that asks', podOf(), {}, 20],
    ['of a namespace that asks for 7 s', podOf(), { namespaceWish: { kind: 'seconds', seconds: 7 } }, 7],
    ['of a namespace that says no', podOf(), { namespaceWish: { kind: 'none' } }, undefined],
    ['of a namespace that says nothing', podOf(), { namespaceWish: undefined }, undefined],
    ['of a namespace whose label cannot be read', podOf(), { namespaceWish: { kind: 'malformed' } }, undefined],
    ['that asks itself', podOf({}, 'true'), { namespaceWish: undefined }, 20],
    ['that asks itself for 9 s', podOf({}, '9'), {}, 9],
    ['that says no in a namespace that asks', podOf({}, 'false'), {}, undefined],
    ['where all do', podOf(), { namespaceWish: undefined, rule: { ...facts.rule, mode: 'all' } }, 20],
    ['that says no where all do', podOf({}, 'false'), { rule: { ...facts.rule, mode: 'all' } }, undefined],
    ['without a grace period, which is 30 s then', podOf({ terminationGracePeriodSeconds: undefined }, '25'), {}, 25],
  ])('a pod %s', (_, pod, changed, seconds) => {
    expect(sleepsOf(pod, changed)).toEqual([seconds === undefined ? undefined : { seconds }]);
    expect(said(pod, changed).warning).toBeUndefined();
  });

  test('each container without a hook, and no native sidecar: the kubelet stops those last', () => {
    const own = { name: 'own', lifecycle: { preStop: { exec: { command: ['/bin/sleep', '3'] } } } };
    const other = { name: 'other', lifecycle: { postStart: { exec: { command: ['/bin/true'] } } } };
    const empty = { name: 'empty', lifecycle: null };
    const initContainers = [{ name: 'proxy', restartPolicy: 'Always' }];
    const pod = podOf({ containers: [web, own, other, empty], initContainers });
    const preStop = { sleep: { seconds: 20 } };
    const containers = [
      { ...web, lifecycle: { preStop } },
      own,
      { ...other, lifecycle: { ...other.lifecycle, preStop } },
      { ...empty, lifecycle: { preStop } },
    ];
    expect(patched(pod)).toEqual({ ...pod, spec: { ...pod.spec, containers } });
  });

  test('a pod whose containers all have a hook is left as it is', () => {
    const pod = podOf({ containers: [{ ...web, lifecycle: { preStop: { sleep: { seconds: 1 } } } }] });
    expect(judgeSleep(pod, facts)).toEqual({ outcome: 'has-hooks', operations: [], warning: undefined });
  });
});

describe('what whoever creates the pod is told', () => {
  test('a grace period that is too short: the sleep is cut, so that the application has its time', () => {
    const pod = podOf({ terminationGracePeriodSeconds: 17 });
    expect(sleepsOf(pod)).toEqual([{ seconds: 12 }]);
    expect(said(pod)).toEqual({
      outcome: 'shortened',
      warning:
        'clb-direct added a preStop sleep of 12 s instead of 20 s: ' +
        'terminationGracePeriodSeconds is 17; set 25 or more.',
    });
  });

  test.each([5, 0, -3, 1.5, 'x'])('a grace period of %j has no room for a sleep', (seconds) => {
    const pod = podOf({ terminationGracePeriodSeconds: seconds });
    expect(sleepsOf(pod)).toEqual([undefined]);
    expect(said(pod)).toMatchObject({
      outcome: 'no-time',
      warning: expect.stringContaining('set 25 or more.') as unknown,
    });
  });

  test('an API server that does not know it, which would refuse the pod: nothing is added', () => {
    expect(sleepsOf(podOf(), { isKnown: false })).toEqual([undefined]);
    const { outcome, warning } = said(podOf(), { isKnown: false });
    expect([outcome, warning]).toEqual(['unknown-to-server', expect.stringContaining('Kubernetes 1.30') as unknown]);
    expect(said(podOf({}, 'false'), { isKnown: false }).warning).toBeUndefined();
  });

  test.each(['yes', '0', '3601', '-1', '007', ' 5', ''])('an annotation %j: nothing is added', (wish) => {
    expect(sleepsOf(podOf({}, wish))).toEqual([undefined]);
    expect(said(podOf({}, wish)).warning).toContain(
      'write "true", "false" or 1 to 3600 in clb-direct.io/pre-stop-sleep',
    );
  });
});

test('Whatever a pod is like, no sleep is longer than its grace period allows, and the patch fits the pod.', () => {
  const odd = fc.jsonValue({ maxDepth: 3 });
  const lifecycle = fc.oneof(odd, fc.record({ preStop: odd, postStart: odd }, { requiredKeys: [] }));
  const container = fc.oneof(odd, fc.record({ name: fc.string(), lifecycle }, { requiredKeys: ['name'] }));
  const grace = fc.oneof(fc.integer({ min: -5, max: 100 }), odd);
  const spec = fc.record({ containers: fc.oneof(odd, fc.array(container)), terminationGracePeriodSeconds: grace });
  const wish = fc.oneof(fc.integer({ min: -5, max: 4_000 }).map(String), fc.constantFrom('true', 'false'), fc.string());
  fc.assert(
    fc.property(spec, wish, fc.nat(60), (odds, asked, restSeconds) => {
      const pod = { spec: odds, metadata: { annotations: { 'clb-direct.io/pre-stop-sleep': asked } } };
      const asSet = { ...facts, rule: { ...facts.rule, restSeconds } };
      const { operations } = judgeSleep(pod, asSet);
      const copy = structuredClone(pod);
      expect(applyPatch(copy, operations as Operation[]).filter((problem) => problem !== null)).toEqual([]);
      const added = operations.map(({ value }) => /"seconds":(-?\d+)/.exec(JSON.stringify(value))?.[1]);
      const graceSeconds = odds.terminationGracePeriodSeconds ?? 30;
      for (const seconds of added.map(Number)) {
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds + restSeconds).toBeLessThanOrEqual(Number(graceSeconds));
      }
      // Asked again, as the API server does when another webhook has changed the pod, it has nothing to add.
      expect(judgeSleep(copy, asSet).operations).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('A label is read as the annotation is.', () => {
  expect([undefined, 'true', 'false', '30', 'maybe'].map(readSleepWish)).toEqual([
    undefined,
    { kind: 'usual' },
    { kind: 'none' },
    { kind: 'seconds', seconds: 30 },
    { kind: 'malformed' },
  ]);
});
