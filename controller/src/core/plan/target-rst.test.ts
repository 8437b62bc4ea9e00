import { describe, expect, test } from '@jest/globals';
import { aListener, anObserved, anOwner, claimOf, someFacts } from '../../testing/builders.ts';
import { CloudError, type CloudErrorKind } from '../model/cloud-error.ts';
import type { ListenerSettings } from '../model/settings.ts';
import type { Step } from '../model/step.ts';
import { memoryAfterApply } from './memory-after.ts';
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
