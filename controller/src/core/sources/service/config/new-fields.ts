import type { Binding } from '../../../model/binding.ts';
import { isRule, type Place } from '../../../model/place.ts';
import type { HealthCheck, ListenerSettings, RuleSettings } from '../../../model/settings.ts';
import type { AutoFacts } from './auto-facts.ts';
import { configKeyOf, readTkeServiceConfig } from './tke-service-config.ts';
import { given, type Fields } from './written-fields.ts';

type Settings = ListenerSettings & RuleSettings;

/**
 * What a new block says beside its place: what stands on the CLB, so that it changes nothing. undefined: its place does
 * not stand, or no block can be about it. What the owner asks for otherwise is left out: a block would go on when the
 * owner does not ask any more.
 */
export function newFields(binding: Binding, facts: AutoFacts): Fields | undefined {
  const standing = facts.standingOf(binding);
  if (standing === undefined) return undefined;
  const accepted = acceptedOf(binding.place, written(withoutWishes(standing, binding, facts)));
  return accepted === undefined ? undefined : written(accepted);
}

/** Without what nobody could write there. */
function acceptedOf(place: Place, fields: Fields): Settings | undefined {
  const { protocol, port } = place;
  const at = { protocol, port };
  if (!isRule(place))
    return readTkeServiceConfig(spec({ l4Listeners: [{ ...at, ...fields }] })).listeners.get(configKeyOf(place));
  const domains = [{ domain: place.domain, rules: [{ url: place.url, ...fields }] }];
  return readTkeServiceConfig(spec({ l7Listeners: [{ ...at, domains }] })).rules.get(configKeyOf(place));
}

function spec(loadBalancer: Fields): Fields {
  return { loadBalancer };
}

function withoutWishes(standing: Settings, binding: Binding, { checksFromProbes, hasSessions }: AutoFacts): Settings {
  const { place, listenerSettings, ruleSettings, sessionAffinitySeconds: affinity } = binding;
  const { healthCheck: check = {}, ...own }: Settings = isRule(place) ? ruleSettings : listenerSettings;
  const { healthCheck = {}, ...rest } = without(standing, Object.keys(own)) as Settings;
  const isAsked = check.HealthSwitch !== undefined || (isRule(place) && checksFromProbes);
  return {
    ...(affinity === undefined && !hasSessions(binding) ? rest : without(rest, ['sessionExpireTime'])),
    ...(isAsked ? {} : { healthCheck: without(healthCheck, Object.keys(check)) }),
  };
}

function without<T extends object>(fields: T, names: readonly string[]): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name))) as Partial<T>;
}

/** As readTkeServiceConfig reads it. */
function written({ scheduler, forwardType, sessionExpireTime: seconds, healthCheck }: Settings): Fields {
  const session = seconds === 0 ? { enable: false } : { enable: true, sessionExpireTime: seconds };
  return given({
    scheduler,
    session: seconds === undefined ? undefined : session,
    healthCheck: writtenCheck(healthCheck ?? {}),
    forwardType,
  });
}

function writtenCheck({ HealthSwitch, ...check }: HealthCheck): Fields | undefined {
  if (HealthSwitch === undefined) return undefined;
  return given({
    enable: HealthSwitch === 1,
    intervalTime: check.IntervalTime,
    timeout: check.TimeOut,
    healthNum: check.HealthNum,
    unHealthNum: check.UnHealthNum,
    httpCheckPath: check.HttpCheckPath,
    httpCheckDomain: check.HttpCheckDomain,
    httpCheckMethod: check.HttpCheckMethod,
    httpCode: check.HttpCode,
    sourceIpType: check.SourceIpType,
    checkType: check.CheckType,
    checkPort: check.CheckPort,
  });
}
