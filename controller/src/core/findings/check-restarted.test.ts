import { expect, test } from '@jest/globals';
import { aListener, anObserved, aTarget, webOwner } from '../../testing/builders.ts';
import type { HealthCheck } from '../model/settings.ts';
import type { Step } from '../model/step.ts';
import { checkRestarted } from './check-restarted.ts';

const place = { protocol: 'TCP', port: 80 } as const;
const stands: HealthCheck = { HealthSwitch: 1, IntervalTime: 5, HealthNum: 3 };

interface Scene {
  readonly healthCheck?: HealthCheck;
  readonly standing?: HealthCheck;
  readonly weight?: number;
  readonly uid?: string;
}

function told({ healthCheck, standing = stands, weight = 10, uid = webOwner.uid }: Scene): string | undefined {
  const settings = healthCheck === undefined ? { scheduler: 'WRR' } : { healthCheck };
  const base = { place, listenerId: 'lbl-1', owners: [webOwner.uid], reason: 'settings-changed' } as const;
  const steps: readonly Step[] = [{ ...base, kind: 'modify-listener', settings }];
  const listeners = [aListener({ settings: { healthCheck: standing } })];
  return checkRestarted(uid, steps, anObserved({ listeners, targets: [aTarget({ weight })] }))?.message;
}

test('Who changes a check under traffic is told that the CLB sends to no target, where, and how long.', () => {
  expect(told({ healthCheck: { HealthNum: 2 } })).toMatch(/quiet hour.*begins anew.*TCP\/80 \(about 10 s\) of lb-one/);
  expect(told({ healthCheck: { HealthNum: 2 }, standing: {} })).toContain('at TCP/80 of lb-one');
  expect(told({ healthCheck: { HealthSwitch: 1 }, standing: { ...stands, HealthSwitch: 0 } })).toContain('TCP/80');
});

test.each<[string, Scene]>([
  ['another setting changes', {}],
  ['no target has a weight', { healthCheck: { HealthNum: 2 }, weight: 0 }],
  ['the check is switched off', { healthCheck: { HealthSwitch: 0 } }],
  ['the check is off', { healthCheck: { HealthNum: 2 }, standing: { ...stands, HealthSwitch: 0 } }],
  ['it is the check of another owner', { healthCheck: { HealthNum: 2 }, uid: 'uid-other' }],
])('Nobody is told where %s.', (_, scene) => {
  expect(told(scene)).toBeUndefined();
});
