import type { Binding } from '../model/binding.ts';
import { isRule, isSameListener, isSameRule, placeKey, type Place } from '../model/place.ts';
import type { Certificates } from '../model/settings.ts';

/**
 * The same claim for what stands there, with the certificates that are known all the same: those that stand end some
 * day, whatever else about the claim is wrong until then.
 */
export function withRenewedCertificates(standing: Binding, waiting: readonly Binding[]): Binding {
  const said = saidOf(standing.place, waiting);
  if (said === undefined || !hasCertificates(said)) return standing;
  const { listenerSettings, ruleSettings } = said;
  const { sniSwitch } = listenerSettings;
  const settings = withCertificates(standing.listenerSettings, listenerSettings.certificates);
  return {
    ...standing,
    // A shared listener without SNI keeps one for all hosts; see plan-places.ts.
    listenerSettings: sniSwitch === undefined ? settings : { ...settings, sniSwitch },
    ruleSettings: withCertificates(standing.ruleSettings, ruleSettings.certificates),
  };
}

/** The claim that names the place, or else one that names its domain, which has one certificate for all its rules. */
function saidOf(place: Place, waiting: readonly Binding[]): Binding | undefined {
  const named = waiting.find((one) => placeKey(one.place) === placeKey(place));
  return (
    named ??
    waiting.find((one) => isOfOneDomain(one.place, place)) ??
    waiting.find((one) => isSameRule(one.place, place))
  );
}

function isOfOneDomain(one: Place, other: Place): boolean {
  if (!isRule(one) || !isRule(other)) return false;
  return isSameListener(one, other) && one.domain === other.domain;
}

function hasCertificates({ listenerSettings, ruleSettings }: Binding): boolean {
  return (listenerSettings.certificates ?? ruleSettings.certificates) !== undefined;
}

interface Certified {
  readonly certificates?: Certificates;
}

function withCertificates<S extends Certified>(standing: S, certificates: Certificates | undefined) {
  const { certificates: before, ...others } = standing;
  if (certificates !== undefined) return { ...others, certificates };
  return before === undefined ? standing : others;
}
