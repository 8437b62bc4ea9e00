import type { DesiredRule } from '../model/desired.ts';
import { placeKey } from '../model/place.ts';
import type { Certificates, RuleSettings } from '../model/settings.ts';
import type { Contender } from './contender.ts';

/** By placeKey: the rules whose Secret does not exist. */
export function missingSecrets(contenders: readonly Contender[]): ReadonlySet<string> {
  const missing = contenders.filter(({ binding }) => binding.isSecretMissing === true);
  return new Set(missing.map(({ binding }) => placeKey(binding.place)));
}

/**
 * A domain has one certificate for all its rules, and HTTP/2 or not: what the namespace of its oldest owner says. The
 * rules are in the order of their owners' age.
 */
export function withOneDomain(rules: readonly DesiredRule[], missing: ReadonlySet<string>): readonly DesiredRule[] {
  const byDomain = [...Map.groupBy(rules, ({ place }) => place.domain)];
  const ofDomain = new Map(byDomain.map(([domain, some]) => [domain, settingsOf(some, missing)]));
  return rules.map((rule) => {
    return { ...rule, settings: { ...withoutHttp2(rule.settings), ...ofDomain.get(rule.place.domain) } };
  });
}

function settingsOf([first, ...others]: readonly DesiredRule[], missing: ReadonlySet<string>): RuleSettings {
  if (first === undefined) return {};
  const own = [first, ...others.filter(({ owners }) => owners[0]?.namespace === first.owners[0]?.namespace)];
  const certificates = certificatesOf(own, missing);
  const http2 = own.map(({ settings }) => settings.http2).find((one) => one !== undefined);
  return { ...(certificates && { certificates }), ...(http2 === undefined ? {} : { http2 }) };
}

/**
 * A Secret that does not exist stops only its own rules: what stands there may be another rule's certificate of before.
 * One that is only not read yet may say the same again, so what stands counts.
 */
function certificatesOf(own: readonly DesiredRule[], missing: ReadonlySet<string>): Certificates | undefined {
  const [first] = own;
  const known = own.find(({ place, settings }) => !missing.has(placeKey(place)) && settings.certificates !== undefined);
  const isPassedOver = first !== undefined && missing.has(placeKey(first.place)) && known !== undefined;
  return (isPassedOver ? known : first)?.settings.certificates;
}

function withoutHttp2(settings: RuleSettings): RuleSettings {
  const { http2, ...others } = settings;
  return http2 === undefined ? settings : others;
}
