import type { DesiredListener, DesiredLoadBalancer, DesiredRule } from '../model/desired.ts';
import type { ObservedListener } from '../model/observed.ts';
import { placeKey } from '../model/place.ts';
import { changedSettings, type ListenerSettings, type RuleSettings } from '../model/settings.ts';
import type { Step } from '../model/step.ts';
import { standingFor } from './bound-place.ts';
import { withCheckOn } from './health-check-off.ts';
import type { Memory } from './memory.ts';
import { settingsWithRst } from './target-rst.ts';

/** Creates the listeners and rules that are missing, and changes the settings that differ. */
export function planPlaces(
  desired: DesiredLoadBalancer,
  observed: readonly ObservedListener[],
  memory: Memory,
): readonly Step[] {
  return desired.listeners.flatMap((listener) => {
    const standing = standingFor(listener, observed);
    if (standing === undefined) return [createListener(listener)];
    return changeListener({ ...listener, settings: settingsWithRst(listener.settings, standing, memory) }, standing);
  });
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
  const swap: readonly Step[] =
    certificates === undefined ? [] : [{ ...base, kind: 'set-certificates', certificates, reason: 'settings-changed' }];
  return [...changes, ...swap, ...desired.rules.flatMap((rule) => planRule(rule, standing))];
}

function planRule(desired: DesiredRule, listener: ObservedListener): readonly Step[] {
  const { place, settings } = desired;
  const base = { place, listenerId: listener.id, owners: uidsOf(desired.owners) };
  const standing = listener.rules.find((rule) => rule.isOurs && placeKey(rule.place) === placeKey(place));
  if (standing === undefined) return [{ ...base, kind: 'create-rule', settings, reason: 'wanted' }];
  const { certificates, ...changed } = changedSettings<RuleSettings>(settings, standing.settings);
  const changes: readonly Step[] =
    Object.keys(changed).length === 0
      ? []
      : [{ ...base, kind: 'modify-rule', locationId: standing.id, settings: changed, reason: 'settings-changed' }];
  const swap: readonly Step[] =
    certificates === undefined ? [] : [{ ...base, kind: 'set-certificates', certificates, reason: 'settings-changed' }];
  return [...changes, ...swap];
}

function uidsOf(owners: DesiredListener['owners']): readonly string[] {
  return owners.map(({ uid }) => uid);
}
