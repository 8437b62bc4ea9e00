import { isUnderTraffic, type ObservedPlace } from '../model/observed.ts';
import type { ListenerSettings } from '../model/settings.ts';

type Checked = Pick<ListenerSettings, 'healthCheck'>;

/** The CLB checks nothing there, and nobody asks for that. */
export function isCheckOff({ healthCheck: desired }: Checked, { settings }: Pick<ObservedPlace, 'settings'>): boolean {
  return settings.healthCheck?.HealthSwitch === 0 && desired?.HealthSwitch !== 0;
}

/**
 * A check that is switched on begins anew: the CLB sends nothing to a target until it has passed, 15 s with its
 * defaults. So while targets carry traffic it stays off unless the owner asks for it.
 */
export function withCheckOn<S extends Checked>(desired: S, standing: ObservedPlace): S {
  if (!isCheckOff(desired, standing) || isUnderTraffic(standing)) return desired;
  return { ...desired, healthCheck: { ...desired.healthCheck, HealthSwitch: 1 } };
}
