import { placeAt, type ObservedLoadBalancer } from '../model/observed.ts';
import { isRule } from '../model/place.ts';
import { isKind, type ModifyListener, type ModifyRule, type SetCertificates, type Step } from '../model/step.ts';
import { adoptedBy } from './adopted-by.ts';
import type { BoundTargets, Plan } from './plan.ts';
import { makerOfListener } from './listener-name.ts';
import type { CheckChange, NameChange, SettingsChange } from './hand-change.ts';
import type { Memory } from './memory.ts';
import { seenAt } from './seen-settings.ts';

interface Look {
  readonly observed: ObservedLoadBalancer;
  readonly memory: Pick<Memory, 'seenSettings'>;
}

type Fields = Readonly<Record<string, unknown>>;
type Modify = ModifyListener | ModifyRule | SetCertificates;

/** Settings that become again what they were, so that nothing but another writer can have changed them in between. */
export function settingsChanges({ steps }: Plan, { observed, memory }: Look): readonly SettingsChange[] {
  return steps.filter(isModify).flatMap((step): readonly SettingsChange[] => {
    const { place, owners } = step;
    const id = { listenerId: step.listenerId, locationId: locationOf(step, observed) };
    const [before, now] = [seenAt(id, memory.seenSettings), placeAt(observed, id)?.settings];
    if (before === undefined || now === undefined) return [];
    const fields = undoneFields(flat({ ...wantedBy(step) }), flat({ ...before }), flat({ ...now }));
    return fields.length === 0 ? [] : [{ what: 'settings', place, owners, id, fields, step }];
  });
}

function isModify(step: Step): step is Modify {
  return step.kind === 'modify-listener' || step.kind === 'modify-rule' || step.kind === 'set-certificates';
}

/** Certificates of a domain are those of each of its rules. */
function locationOf(step: Modify, observed: ObservedLoadBalancer): string | undefined {
  if (step.kind === 'modify-rule') return step.locationId;
  const { place } = step;
  if (step.kind === 'modify-listener' || !isRule(place)) return undefined;
  const listener = observed.listeners.find(({ id }) => id === step.listenerId);
  return listener?.rules.find((rule) => rule.place.domain === place.domain)?.id;
}

function wantedBy(step: Modify): Fields {
  return step.kind === 'set-certificates' ? { certificates: step.certificates } : { ...step.settings };
}

/** The fields of a health check beside the other settings. */
function flat({ healthCheck, ...settings }: Fields): Fields {
  return { ...settings, ...(typeof healthCheck === 'object' ? healthCheck : {}) };
}

function undoneFields(wanted: Fields, before: Fields, now: Fields): readonly string[] {
  // A check that is off has a word of its own.
  const names = Object.keys(wanted).filter((name) => name !== 'HealthSwitch' || wanted[name] === 0);
  const changed = names.filter((name) => isSame(wanted[name], before[name]) && !isSame(now[name], before[name]));
  return changed.map((name) => fromTo(name, before, now));
}

/** Fields of health checks that nobody asks for. */
export function checkChanges({ bound }: Plan, { memory }: Look): readonly CheckChange[] {
  return bound.flatMap((one): readonly CheckChange[] => {
    const { binding, place, id, standing } = one;
    const [before, now] = [seenAt(id, memory.seenSettings)?.healthCheck, standing.settings.healthCheck];
    if (before === undefined || now === undefined) return [];
    const fields = changedFields({ ...before }, { ...now }, askedFor(one));
    if (fields.length === 0) return [];
    return [{ what: 'health-check-settings', place, owners: [binding.owner.uid], id, fields, step: undefined }];
  });
}

/** Whether a check is on is another matter: that is judged, and repaired. */
function askedFor({ binding, place }: BoundTargets): ReadonlySet<string> {
  const { healthCheck } = isRule(place) ? binding.ruleSettings : binding.listenerSettings;
  return new Set(['HealthSwitch', ...Object.keys(healthCheck ?? {})]);
}

function changedFields(before: Fields, now: Fields, left: ReadonlySet<string>): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) => !left.has(name));
  return names
    .filter((name) => !isSame(before[name], now[name]))
    .toSorted()
    .map((name) => fromTo(name, before, now));
}

function fromTo(name: string, before: Fields, now: Fields): string {
  return `${name} from ${textOf(before[name])} to ${textOf(now[name])}`;
}

function textOf(value: unknown): string {
  if (value === undefined) return 'unset';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Listeners that get their name back from a name that no install of clb-direct gives. */
export function nameChanges({ steps }: Plan, { observed }: Look): readonly NameChange[] {
  return steps.filter(isKind('modify-listener')).flatMap((step): readonly NameChange[] => {
    const listener = observed.listeners.find(({ id }) => id === step.listenerId);
    if (step.name === undefined || listener === undefined || makerOfListener(listener.name) !== undefined) return [];
    if (adoptedBy(step, observed) !== undefined) return [];
    return [{ what: 'name', place: step.place, owners: step.owners, step }];
  });
}
