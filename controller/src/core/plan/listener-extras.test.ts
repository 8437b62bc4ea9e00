import { describe, expect, test } from '@jest/globals';
import { aListener, anObserved, anOwner, claimOf, someFacts } from '../../testing/builders.ts';
import { CloudError, type CloudErrorKind } from '../model/cloud-error.ts';
import type { ListenerSettings } from '../model/settings.ts';
import type { Step } from '../model/step.ts';
import { memoryAfterApply, memoryAfterPlan } from './memory-after.ts';
import { emptyMemory, type Memory } from './memory.ts';
import { planChanges } from './plan.ts';

function stepsAt(settings: ListenerSettings | undefined, memory: Memory = emptyMemory): readonly Step[] {
  const listeners = settings === undefined ? [] : [aListener({ settings })];
  return planChanges(someFacts({ claims: [claimOf(anOwner())], observed: anObserved({ listeners }), memory })).steps;
}

function afterRefusal(steps: readonly Step[], kind: CloudErrorKind, memory = emptyMemory): Memory {
  const error = new CloudError('no', { kind, code: 'X', action: 'X' });
  return memoryAfterApply(memory, { done: [], refused: steps.map((step) => ({ step, error })) }, 0);
}

const withRst = { deregisterTargetRst: true };
const withoutRst = { deregisterTargetRst: false };

describe('a TCP listener', () => {
  test('is made with RST for connections that outlive their target', () => {
    expect(stepsAt(undefined)).toMatchObject([{ kind: 'create-listener', settings: withRst }]);
  });

  test('that stands without it gets it, and nothing else is changed', () => {
    const settings = { ...withoutRst, scheduler: 'LEAST_CONN', healthCheck: { IntervalTime: 9 } };
    expect(stepsAt(settings)).toMatchObject([{ kind: 'modify-listener', listenerId: 'lbl-1', settings: withRst }]);
  });

  test('that has it, or of which the CLB does not show it, is left as it is', () => {
    expect(stepsAt(withRst)).toEqual([]);
    expect(stepsAt({})).toEqual([]);
  });

  test.each<CloudErrorKind>(['refused', 'credentials'])('whose change was answered by "%s" does without', (kind) => {
    expect(stepsAt(withoutRst, afterRefusal(stepsAt(withoutRst), kind))).toEqual([]);
  });

  test.each<CloudErrorKind>(['busy', 'throttled', 'transient', 'gone', 'quota'])(
    'keeps asking for it after trouble of the kind %s, which says nothing of RST',
    (kind) => {
      expect(stepsAt(withoutRst, afterRefusal(stepsAt(withoutRst), kind))).toHaveLength(1);
    },
  );
});

describe('rescheduling that a Service asks for', () => {
  const asking = (interval: string) =>
    anOwner({
      annotations: {
        'clb-direct.io/reschedule-unhealthy': 'true',
        'clb-direct.io/reschedule-interval-seconds': interval,
      },
    });
  const steps = (shown: ListenerSettings, memory = emptyMemory, interval = '30') => {
    const listeners = [aListener({ settings: { ...withRst, ...shown } })];
    const claims = [claimOf(asking(interval))];
    return planChanges(someFacts({ claims, observed: anObserved({ listeners }), memory })).steps;
  };
  const off = { rescheduleUnhealthy: false, rescheduleInterval: 0 };
  const on = { rescheduleUnhealthy: true, rescheduleInterval: 30 };
  const afterLook = (memory: Memory, shown: ListenerSettings) => {
    const observed = anObserved({ listeners: [aListener({ settings: shown })] });
    const plan = planChanges(someFacts({ observed, memory }));
    return memoryAfterPlan({ observed, memory }, plan, { before: undefined, isSeen: true, nowMs: 0 });
  };

  test('is set on a listener that stands, and left as it is then', () => {
    expect(steps(off)).toMatchObject([{ kind: 'modify-listener', settings: on }]);
    expect(steps(on)).toEqual([]);
  });

  test('is written once where the CLB takes it and does not show it', () => {
    const done = memoryAfterApply(emptyMemory, { done: steps({}), refused: [] }, 0);
    expect(steps({}, done)).toEqual([]);
    expect(steps(off, afterLook(done, off))).toEqual([]);
  });

  test('is repaired where the CLB has shown it', () => {
    const done = memoryAfterApply(emptyMemory, { done: steps(off), refused: [] }, 0);
    expect(steps(off, afterLook(done, on))).toMatchObject([{ settings: on }]);
  });

  test('that the CLB refuses is asked for again when it is another one', () => {
    const refused = afterRefusal(steps(off), 'refused');
    expect(steps(off, refused)).toEqual([]);
    expect(steps(off, refused, '60')).toMatchObject([{ settings: { rescheduleInterval: 60 } }]);
  });
});
