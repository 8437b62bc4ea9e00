import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { Binding } from '../model/binding.ts';
import type { DesiredListener, DesiredLoadBalancer } from '../model/desired.ts';
import { listed } from '../model/listed.ts';
import { isRule, placeKey } from '../model/place.ts';
import type { Claim } from '../plan/facts.ts';

/** What an owner wishes for a listener or domain that it shares, and others decide. */
export function settingsOfOthers({ owner, bindings }: Claim, { listeners }: DesiredLoadBalancer): Finding | undefined {
  const fields = listeners.flatMap((listener) => {
    const rules = listener.rules.filter(({ owners }) => owners.some(({ uid }) => uid === owner.uid));
    const own = new Set(rules.map(({ place }) => placeKey(place)));
    return bindings.filter(({ place }) => own.has(placeKey(place))).flatMap((one) => fieldsInVain(one, listener));
  });
  if (fields.length === 0) return undefined;
  const message =
    `Take ${listed([...new Set(fields)], (field) => field)} out of the TkeServiceConfig, or use another CLB: whoever ` +
    'was there first decides on a listener and on a host that several share. Everything else counts.';
  return { severity: 'Warning', reason: 'FieldWithoutEffect', message, repeat: { ...hourly, by: 'message' } };
}

function fieldsInVain(
  { place, listenerSettings, ruleSettings }: Binding,
  listener: DesiredListener,
): readonly string[] {
  if (!isRule(place)) return [];
  const at = `${place.protocol}/${place.port}`;
  const rule = listener.rules.find((one) => placeKey(one.place) === placeKey(place));
  const isVain = <T>(wished: T | undefined, decided: T | undefined) => wished !== undefined && wished !== decided;
  return [
    ...(isVain(listenerSettings.keepalive, listener.settings.keepalive) ? [`keepaliveEnable of ${at}`] : []),
    ...(isVain(ruleSettings.http2, rule?.settings.http2) ? [`http2 of ${at} ${safeText(place.domain, 80)}`] : []),
  ];
}
