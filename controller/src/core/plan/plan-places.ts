import type { DesiredListener, DesiredLoadBalancer, DesiredRule } from '../model/desired.ts';
import type { ObservedListener, ObservedLoadBalancer } from '../model/observed.ts';
import { isRule, placeKey, type RulePlace } from '../model/place.ts';
import { changedSettings, type Certificates, type ListenerSettings, type RuleSettings } from '../model/settings.ts';
import type { ModifyRule, SetCertificates, Step } from '../model/step.ts';
import { standingFor } from './bound-place.ts';
import { withCheckAlong } from './check-along.ts';
import { withCheckOn } from './health-check-off.ts';
import { settingsWithExtras } from './listener-extras.ts';
import { isSharedName } from './listener-name.ts';
import type { Memory } from './memory.ts';

/** Creates the listeners and rules that are missing, and changes the settings that differ. */
export function planPlaces(
  desired: DesiredLoadBalancer,
  { listeners, addresses }: ObservedLoadBalancer,
  memory: Memory,
): readonly Step[] {
  return desired.listeners.flatMap((listener) => {
    const standing = standingFor(listener, listeners);
    if (standing === undefined) return [createListener(listener)];
    const placed = withCertificateAtListener(withCertificatesAtRules(listener, standing), standing);
    const settings = settingsWithExtras(placed.settings, standing, memory);
    return [
      ...changeListener({ ...placed, settings }, standing),
      ...oncePerDomain(rulesFor(placed, standing).flatMap((rule) => planRule(rule, standing, addresses))),
    ];
  });
}

/** What belongs to a domain is the same for each of its rules. */
function oncePerDomain(steps: readonly Step[]): readonly Step[] {
  const keyOf = (step: Step) => partOfDomain(step) ?? step;
  return steps.filter((step, index) => steps.findIndex((one) => keyOf(one) === keyOf(step)) === index);
}

/** The same text for the same part of a domain; undefined: it is about something else. */
function partOfDomain(step: Step): string | undefined {
  if (step.kind === 'set-certificates') return isRule(step.place) ? keyOfPart('certificates', step.place) : undefined;
  if (step.kind !== 'modify-rule') return undefined;
  const name = (['isDefault', 'http2'] as const).find((one) => step.settings[one] !== undefined);
  return name === undefined ? undefined : keyOfPart(name, step.place);
}

function keyOfPart(name: string, { domain }: RulePlace): string {
  return JSON.stringify([name, domain]);
}

/** SNI cannot be switched off: once it is on, the certificates of the listener are those of each of its rules. */
function withCertificatesAtRules(desired: DesiredListener, { settings }: ObservedListener): DesiredListener {
  const { certificates, ...others } = desired.settings;
  if (settings.sniSwitch !== true || certificates === undefined) return desired;
  const rules = desired.rules.map((rule) => ({ ...rule, settings: { certificates, ...rule.settings } }));
  return { ...desired, settings: others, rules };
}

/**
 * While SNI is being switched on no host has a certificate. So a shared listener without it, as TKE may leave it, keeps
 * the one for all hosts as its own, until its hosts have several.
 */
function withCertificateAtListener(desired: DesiredListener, standing: ObservedListener): DesiredListener {
  const { sniSwitch, ...others } = desired.settings;
  if (sniSwitch !== true || standing.settings.sniSwitch === true || !isSharedName(desired.name)) return desired;
  const rules = desired.rules.map((rule) => withCertificateThatStands(rule, standing));
  const all = rules.flatMap((rule) => rule.settings.certificates ?? []);
  const [certificates] = all;
  const isOne = new Set(all.map((one) => JSON.stringify(one))).size === 1;
  if (!isOne || certificates === undefined) return { ...desired, rules };
  const bare = rules.map((rule) => ({ ...rule, settings: withoutCertificates(rule.settings) }));
  return { ...desired, settings: { ...others, certificates }, rules: bare };
}

/** One that is not known now, as while a Secret is missing, is that of the listener, and nobody else's. */
function withCertificateThatStands(rule: DesiredRule, standing: ObservedListener): DesiredRule {
  const { certificates } = standing.settings;
  const isKnown = rule.settings.certificates !== undefined || standingRule(rule, standing) === undefined;
  return isKnown || certificates === undefined ? rule : { ...rule, settings: { ...rule.settings, certificates } };
}

function withoutCertificates(settings: RuleSettings): RuleSettings {
  const { certificates, ...others } = settings;
  return certificates === undefined ? settings : others;
}

/** A rule that is made before its listener has the name of its owner would be nobody's if the renaming failed. */
function rulesFor({ name, rules }: DesiredListener, standing: ObservedListener): readonly DesiredRule[] {
  return name === standing.name ? rules : rules.filter((rule) => standingRule(rule, standing) !== undefined);
}

function standingRule({ place }: DesiredRule, { rules }: ObservedListener) {
  return rules.find((rule) => rule.isOurs && placeKey(rule.place) === placeKey(place));
}

function createListener({ place, name, owners, settings }: DesiredListener): Step {
  return { kind: 'create-listener', place, name, settings, owners: uidsOf(owners), reason: 'wanted' };
}

function changeListener(desired: DesiredListener, standing: ObservedListener): readonly Step[] {
  const { place } = desired;
  const base = { place, listenerId: standing.id, owners: uidsOf(desired.owners) };
  const { certificates, ...settings } = changedSettings<ListenerSettings>(
    withCheckOn(desired.settings, standing),
    standing.settings,
  );
  const name = desired.name === standing.name ? {} : { name: desired.name };
  const reason = desired.name === standing.name ? 'settings-changed' : 'owner-changed';
  const changes: readonly Step[] =
    Object.keys({ ...settings, ...name }).length === 0
      ? []
      : [{ ...base, ...name, kind: 'modify-listener', settings, reason }];
  return [...changes, ...swap(certificates, base)];
}

type Swapped = Pick<SetCertificates, 'place' | 'listenerId' | 'owners' | 'address'>;

function swap(certificates: Certificates | undefined, base: Swapped): readonly Step[] {
  return certificates === undefined
    ? []
    : [{ ...base, kind: 'set-certificates', certificates, reason: 'settings-changed' }];
}

function planRule(desired: DesiredRule, listener: ObservedListener, [address]: readonly string[]): readonly Step[] {
  const { place, settings } = desired;
  const base = { place, listenerId: listener.id, owners: uidsOf(desired.owners) };
  const byAddress = place.domain === '' && address !== undefined ? { address } : {};
  const standing = standingRule(desired, listener);
  if (standing === undefined) return [{ ...base, ...byAddress, kind: 'create-rule', settings, reason: 'wanted' }];
  const { certificates, isDefault, http2, ...changed } = changedSettings<RuleSettings>(
    withCheckAlong(settings, standing.settings),
    standing.settings,
  );
  const parts: readonly ModifyRule['settings'][] = [
    // A rule may forward GRPC only where its domain has HTTP/2.
    http2 === undefined ? {} : { http2 },
    changed,
    isDefault === undefined ? {} : { isDefault },
  ];
  const changes = parts
    .filter((part) => Object.keys(part).length > 0)
    .map((part): Step => {
      const what = { kind: 'modify-rule', locationId: standing.id, settings: part } as const;
      return { ...base, ...byAddress, ...what, reason: 'settings-changed' };
    });
  return [...changes, ...swap(certificates, { ...base, ...byAddress })];
}

function uidsOf(owners: DesiredListener['owners']): readonly string[] {
  return owners.map(({ uid }) => uid);
}
