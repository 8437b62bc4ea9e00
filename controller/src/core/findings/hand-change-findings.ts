import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { listed } from '../model/listed.ts';
import type { Owner } from '../model/owner.ts';
import { describePlace, placeKey } from '../model/place.ts';
import type { PodView } from '../model/pod-view.ts';
import type { TargetAddress } from '../model/target.ts';
import type {
  CheckChange,
  CheckOff,
  ForeignTarget,
  HandChange,
  MissingTarget,
  SettingsChange,
  WeightChange,
} from '../plan/hand-change.ts';
import type { Scope } from '../plan/scope.ts';
import type { OwnerFinding } from './judged.ts';

interface Around {
  readonly scope: Pick<Scope, 'owners'>;
  readonly balancerId: string;
  readonly podsAt: (ip: string) => readonly PodView[];
}

/** Each place of each owner, once an hour at most for each kind of change. That of a name has a finding already. */
export function handChangeFindings(changes: readonly HandChange[], around: Around): readonly OwnerFinding[] {
  const untold = changes.filter(({ what }) => what !== 'name');
  const byPlace = Map.groupBy(untold, ({ what, place }) => `${what} ${placeKey(place)}`);
  return [...byPlace].flatMap(([key, some]) => {
    const owners = around.scope.owners.filter(({ uid }) => some.some((one) => one.owners.includes(uid)));
    return owners.map((owner) => {
      const finding = findingFor(owner, some, around);
      return { owner, finding: { ...finding, repeat: { ...hourly, part: `${around.balancerId} ${key}` } } };
    });
  });
}

function findingFor(reader: Owner, changes: readonly HandChange[], around: Around): Finding {
  const [first] = changes;
  const where = first === undefined ? '' : `${describePlace(first.place)} of ${around.balancerId}`;
  const name = nameTo(reader, around);
  if (first?.what === 'health-check') return checkOff(first, where, reader.kind);
  if (first?.what === 'health-check-settings') return checkChanged(first, where);
  const settings = changes.filter((change) => change.what === 'settings');
  if (settings.length > 0) return settingsChanged(settings, where);
  const missing = changes.filter((change) => change.what === 'missing-target');
  if (missing.length > 0) return targetMissing(missing, where, name);
  const weights = changes.filter((change) => change.what === 'weight');
  if (weights.length > 0) return weightChanged(weights, where, name);
  return foreignTarget(
    changes.filter((change) => change.what === 'target'),
    where,
    name,
  );
}

type NameOf = (target: TargetAddress) => string;

/** Whose pod it is may be no business of the reader. */
function nameTo({ namespace }: Pick<Owner, 'namespace'>, { podsAt }: Around): NameOf {
  return ({ ip, port }) => {
    return podsAt(ip).every((pod) => pod.namespace === namespace) ? `${ip}:${port}` : 'a pod of another namespace';
  };
}

function weightChanged(changes: readonly WeightChange[], where: string, nameOf: NameOf): Finding {
  const names = listed(changes, ({ target, before }) => `${nameOf(target)} from ${before} to ${target.weight}`);
  const message =
    `Another writer changed the weight of targets at ${where}: ${names}. clb-direct sets it back. ` +
    `To give a pod another weight, 0 too, write it into its annotation ${annotation.customWeight}.`;
  return { severity: 'Warning', reason: 'TargetWeightChanged', message };
}

function foreignTarget(changes: readonly ForeignTarget[], where: string, nameOf: NameOf): Finding {
  const names = listed(changes, ({ target }) => nameOf(target));
  const message =
    `Targets at ${where} that clb-direct did not register are taken off: ${names}. ` +
    'At a listener of clb-direct only the pods of its owner are targets; bind others to a listener of your own.';
  return { severity: 'Warning', reason: 'ForeignTarget', message };
}

function targetMissing(changes: readonly MissingTarget[], where: string, nameOf: NameOf): Finding {
  const names = listed(changes, ({ target }) => nameOf(target));
  const message =
    `Another writer took targets off ${where}: ${names}. clb-direct registers them again. ` +
    'To send a pod no new connections, let its readiness probe fail; to take it off, change its labels.';
  return { severity: 'Warning', reason: 'TargetMissing', message };
}

function settingsChanged(changes: readonly SettingsChange[], where: string): Finding {
  const fields = changes.flatMap((change) => change.fields);
  const message =
    `Another writer changed settings of ${where}: ${listed(fields, (field) => safeText(field))}. ` +
    'clb-direct sets them back. To have them otherwise, change what this object asks for.';
  return { severity: 'Warning', reason: 'ListenerSettingsChanged', message };
}

function checkChanged({ id, fields }: CheckChange, where: string): Finding {
  const message =
    `Another writer changed the health check of ${where} (listener ${id.listenerId}): ` +
    `${listed(fields, (field) => safeText(field))}. It stays so, ` +
    'and the gates of new pods wait for it as it is now. If that was a mistake, set it back in the CLB console.';
  return { severity: 'Warning', reason: 'HealthCheckChanged', message };
}

const inConfig = 'healthCheck.enable of the rule in a TkeServiceConfig';
/** A Gateway has no annotation for it. */
const byConfig = { on: `set ${inConfig} to true`, off: `set ${inConfig} to false` };
const byAnnotation = {
  on: `write annotation ${annotation.healthCheck}: "on"`,
  off: `write annotation ${annotation.healthCheck}: "off"`,
};

function checkOff({ id, step }: CheckOff, where: string, kind: Owner['kind']): Finding {
  const { on, off } = kind === 'Gateway' ? byConfig : byAnnotation;
  const now =
    step === undefined
      ? ': the CLB also sends to pods that do not answer, and a gate opens as soon as its pod is bound. ' +
        `To have it on, ${on}; the CLB then sends nothing to this port until the checks have passed, ` +
        `15 s with its defaults. To have it off, ${off}.`
      : `. clb-direct switches it on. To have it off, ${off}.`;
  const message =
    `The health check of ${where} (listener ${id.listenerId}) is off, and nothing here asks for that` + now;
  return { severity: 'Warning', reason: 'HealthCheckOff', message };
}
