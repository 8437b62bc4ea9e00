import { describe, expect, test } from '@jest/globals';
import {
  aListener,
  anObserved,
  anOwner,
  aPod,
  aTarget,
  claimOf,
  podFacts,
  someFacts,
  type ObservedParts,
} from '../../testing/builders.ts';
import type { PodView } from '../model/pod-view.ts';
import type { HealthCheck } from '../model/settings.ts';
import type { Step } from '../model/step.ts';
import { targetKey } from '../model/target.ts';
import { handChanges, undone } from './hand-changes.ts';
import { emptyMemory, type Memory } from './memory.ts';
import { planChanges } from './plan.ts';
import { afterWrites } from './seen-weights.ts';

interface Scene extends ObservedParts {
  readonly pods?: readonly PodView[];
  readonly memory?: Partial<Memory>;
  readonly healthCheck?: string | undefined;
}

function judge({ pods = [aPod(), podTwo], memory, healthCheck, listeners = [aListener()], ...parts }: Scene) {
  const observed = anObserved({ listeners, ...parts });
  const look = { observed, memory: { ...emptyMemory, ...memory } };
  const claims = [claimOf(anOwner({ healthCheck }))];
  const plan = planChanges(someFacts({ claims, ...look, ...podFacts(pods) }));
  return { plan, changes: handChanges(plan, look) };
}

const podTwo = aPod({ name: 'web-2', ip: '10.0.0.2' });
const targetTwo = aTarget({ ip: '10.0.0.2', tag: 'uid-web-2' });
const seen = (weight: number) => ({ seenWeights: new Map([[targetKey(aTarget()), weight]]) });

describe('a weight', () => {
  test.each([0, 5, 55])('that another writer changed to %d is told, with what it was', (weight) => {
    const { plan, changes } = judge({ targets: [aTarget({ weight }), targetTwo], memory: seen(10) });
    expect(changes).toMatchObject([
      { what: 'weight', before: 10, target: { ip: '10.0.0.1', weight }, owners: ['uid-web'], place: { port: 80 } },
    ]);
    expect(undone(changes, plan.steps)).toEqual(changes);
    expect(undone(changes, [])).toEqual([]);
  });

  test('of a target that drains is told too', () => {
    const pods = [aPod({ containersReady: false }), podTwo];
    const { changes } = judge({ pods, targets: [aTarget({ weight: 10 }), targetTwo], memory: seen(0) });
    expect(changes).toMatchObject([{ what: 'weight', before: 0, target: { weight: 10 } }]);
  });

  test('that differs after a restart is set back without a word: it may be our own unfinished change', () => {
    const { plan, changes } = judge({ targets: [aTarget({ weight: 0 }), targetTwo] });
    expect(plan.steps).toMatchObject([{ kind: 'set-weight', weight: 10 }]);
    expect(changes).toEqual([]);
  });

  test('that changes because the pod changed is not told', () => {
    const pods = [aPod({ ending: true }), podTwo];
    expect(judge({ pods, targets: [aTarget(), targetTwo], memory: seen(10) }).changes).toEqual([]);
  });
});

describe('a target without our tag', () => {
  const foreign = aTarget({ ip: '192.0.2.9', tag: undefined });
  const targets = [aTarget(), targetTwo, foreign];

  test('is told when it is taken off, and counts when it is off', () => {
    const { plan, changes } = judge({ targets });
    expect(plan.steps).toMatchObject([{ kind: 'deregister', target: { ip: '192.0.2.9' } }]);
    expect(changes).toMatchObject([{ what: 'target', target: { ip: '192.0.2.9' } }]);
    expect(undone(changes, plan.steps)).toHaveLength(1);
  });

  test('at a pod that runs is told when its drain begins', () => {
    const alien = aPod({ name: 'db-1', labels: {}, ip: '192.0.2.9' });
    const { plan, changes } = judge({ targets, pods: [aPod(), podTwo, alien] });
    expect(plan.steps).toMatchObject([{ kind: 'set-weight', weight: 0, target: { ip: '192.0.2.9' } }]);
    expect(changes).toMatchObject([{ what: 'target' }]);
    expect(undone(changes, plan.steps)).toEqual([]);
  });

  test.each<[string, Scene]>([
    ['where the cloud returns no tags', { targets: targets.map((target) => ({ ...target, tag: undefined })) }],
    ['that we registered', { targets, memory: { registeredFor: new Map([[targetKey(foreign), 'uid-gone']]) } }],
    ['at the address of a pod of the Service', { targets: [aTarget({ tag: undefined }), targetTwo] }],
  ])('%s is not told', (_, scene) => {
    expect(judge(scene).changes).toEqual([]);
  });

  test('with the tag of a pod that is gone may be ours, and is not told', () => {
    const { plan, changes } = judge({ targets: [aTarget(), targetTwo, { ...foreign, tag: 'uid-gone' }] });
    expect(plan.steps).toMatchObject([{ kind: 'deregister' }]);
    expect(changes).toEqual([]);
  });
});

describe('a health check that is off', () => {
  const off = [aListener({ settings: { healthCheck: { HealthSwitch: 0, IntervalTime: 7 } } })];
  const targets = [aTarget(), targetTwo];
  const on = { kind: 'modify-listener', listenerId: 'lbl-1', settings: { healthCheck: { HealthSwitch: 1 } } };

  test('is told and left while targets carry traffic: switching it on would cut them', () => {
    const { plan, changes } = judge({ listeners: off, targets });
    expect(plan.steps).toEqual([]);
    expect(changes).toMatchObject([{ what: 'health-check', id: { listenerId: 'lbl-1' }, step: undefined }]);
  });

  test.each<[string, Scene]>([
    ['there are no targets yet', {}],
    ['no target has weight', { targets: [aTarget({ weight: 0 })], pods: [aPod({ containersReady: false })] }],
    ['the Service asks for it', { targets, healthCheck: 'on' }],
  ])('is switched on when %s', (_, scene) => {
    const { plan, changes } = judge({ listeners: off, ...scene });
    expect(plan.steps.find(({ kind }) => kind === 'modify-listener')).toMatchObject(on);
    expect(changes).toMatchObject([{ what: 'health-check', step: on }]);
    expect(undone(changes, plan.steps)).toHaveLength(1);
  });

  test('is left off without a word when the Service asks for that, and switched off when it is on', () => {
    expect(judge({ listeners: off, targets, healthCheck: 'off' })).toMatchObject({ plan: { steps: [] }, changes: [] });
    const listeners = [aListener({ settings: { healthCheck: { HealthSwitch: 1 } } })];
    const { plan, changes } = judge({ listeners, targets, healthCheck: 'off' });
    expect(plan.steps).toMatchObject([{ kind: 'modify-listener', settings: { healthCheck: { HealthSwitch: 0 } } }]);
    expect(changes).toEqual([]);
  });

  test('is not what another field of it is', () => {
    const listeners = [aListener({ settings: { healthCheck: { HealthSwitch: 1, IntervalTime: 60, CheckPort: 1 } } })];
    for (const healthCheck of [undefined, 'on']) {
      expect(judge({ listeners, targets, healthCheck })).toMatchObject({ plan: { steps: [] }, changes: [] });
    }
  });

  test('of a listener whose check the CLB does not show is not known', () => {
    expect(judge({ targets })).toMatchObject({ plan: { steps: [] }, changes: [] });
  });
});

describe('a health check whose fields changed', () => {
  const targets = [aTarget(), targetTwo];
  const check = { HealthSwitch: 1, IntervalTime: 60, UnHealthNum: 3 } as const;
  const listeners = [aListener({ settings: { healthCheck: check } })];
  const before = (healthCheck: HealthCheck) => ({
    seenSettings: [{ id: { listenerId: 'lbl-1', locationId: undefined }, settings: { healthCheck } }],
  });

  test('is told with what each field was, and left', () => {
    const { plan, changes } = judge({
      listeners,
      targets,
      memory: before({ HealthSwitch: 1, IntervalTime: 5, CheckPort: 9 }),
    });
    expect(plan.steps).toEqual([]);
    expect(changes).toMatchObject([
      {
        what: 'health-check-settings',
        owners: ['uid-web'],
        fields: ['CheckPort from 9 to unset', 'IntervalTime from 5 to 60', 'UnHealthNum from unset to 3'],
      },
    ]);
    expect(undone(changes, plan.steps)).toEqual([]);
  });

  test.each<[string, Partial<Memory>]>([
    ['that is the same', before(check)],
    ['that was switched on', before({ ...check, HealthSwitch: 0 })],
    ['that was not seen before', {}],
  ])('%s is not told', (_, memory) => {
    expect(judge({ listeners, targets, memory }).changes).toEqual([]);
  });

  test('after a change of ours to its listener is not told', () => {
    const memory = { ...emptyMemory, ...before({ ...check, IntervalTime: 5 }) };
    const step: Step = {
      kind: 'modify-listener',
      listenerId: 'lbl-1',
      place: { protocol: 'TCP', port: 80 },
      settings: { healthCheck: { HealthSwitch: 1 } },
      owners: ['uid-web'],
      reason: 'settings-changed',
    };
    expect(
      judge({ listeners, targets, memory: afterWrites(memory, { sent: [step], done: [], nowMs: 0 }) }).changes,
    ).toEqual([]);
  });
});
