import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { listed } from '../model/listed.ts';
import { isUnderTraffic, placeAt, type ObservedLoadBalancer } from '../model/observed.ts';
import { describePlace, type Place } from '../model/place.ts';
import type { HealthCheck } from '../model/settings.ts';
import type { Step } from '../model/step.ts';

interface Restart {
  readonly place: Place;
  readonly check: HealthCheck;
}

/** That the checks of an owner's places begin anew under traffic, because a field of them changes. */
export function checkRestarted(
  ownerUid: string,
  steps: readonly Step[],
  observed: ObservedLoadBalancer,
): Finding | undefined {
  const restarts = steps.flatMap((step) => restartBy(step, ownerUid, observed));
  if (restarts.length === 0) return undefined;
  const named = listed(restarts, ({ place, check }) => `${safeText(describePlace(place))}${secondsOf(check)}`);
  const message =
    'Change a health check in a quiet hour: one that changes begins anew, and the CLB sends to none of its targets ' +
    `until they have passed. So it is now at ${named} of ${observed.id}.`;
  return { severity: 'Warning', reason: 'HealthCheckRestarted', message, repeat: { ...hourly, by: 'message' } };
}

function restartBy(step: Step, ownerUid: string, observed: ObservedLoadBalancer): readonly Restart[] {
  if ((step.kind !== 'modify-listener' && step.kind !== 'modify-rule') || !step.owners.includes(ownerUid)) return [];
  const standing = placeAt(observed, step);
  if (step.settings.healthCheck === undefined || standing === undefined || !isUnderTraffic(standing)) return [];
  const check = { ...standing.settings.healthCheck, ...step.settings.healthCheck };
  return check.HealthSwitch === 0 ? [] : [{ place: step.place, check }];
}

function secondsOf({ IntervalTime: seconds, HealthNum: checks }: HealthCheck): string {
  return seconds === undefined || checks === undefined ? '' : ` (about ${seconds * checks} s)`;
}
