import { describeOwner } from '@clb-direct/controller/core/model/owner.ts';
import { partsOf, type ClusterState } from './cluster-state.ts';
import type { Install } from './read-install.ts';

/** What an uninstall will do. */
export function describePlan({ install, plan, ending }: ClusterState): string {
  const { namespace, settings, otherPods, namespaceParts, keepsNamespace } = install;
  const removed = partsOf(install).map(({ what, isNamespace = false }) =>
    isNamespace ? `${what}, with all that is in it` : what,
  );
  const pods = plan.openings.map(({ key }) => `Pod ${key}`);
  const groups = [
    ...group('is removed:', removed),
    ...group('opens its gate:', pods, mostShown),
    ...group('loses our finalizer:', plan.releases.map(describeOwner), mostShown),
    ...group(
      'is being deleted, so the controller deletes its listeners first, if it still works:',
      ending.map(describeOwner),
    ),
  ];
  const nothing = '  nothing: clb-direct is not installed';
  const warning =
    `Careful: Namespace ${namespace} also holds pods that are not part of clb-direct, ` +
    `and they are deleted with it: ${otherPods.join(', ')}`;
  const guess =
    `The settings are gone: only gates of type ${settings.gateType} are looked for. ` +
    'If it was another one, name it with --gate-type.';
  return [
    'What uninstalling clb-direct does:',
    ...(groups.length === 0 ? [nothing] : groups),
    ...(settings.clusterId === undefined ? [guess] : []),
    ...(namespaceParts.length > 0 && otherPods.length > 0 && !keepsNamespace ? [warning] : []),
    ...describeNamespaces(install),
  ].join('\n');
}

/** What stays because it is not, or not only, of this install. */
function describeNamespaces({ namespace, namespaceParts, ...install }: Install): readonly string[] {
  const { keepsNamespace, alsoRunsIn, alsoLabelled } = install;
  const kept =
    `Namespace ${namespace} stays, because it does not have the label of clb-direct. The records of CLBs stay in it: ` +
    'the next install there reads them.';
  const shared =
    `Careful: clb-direct also runs in ${alsoRunsIn.join(', ')}. What both use stays until it is uninstalled there: ` +
    'the registration, the roles outside the namespace, gates and finalizers.';
  const others = alsoLabelled.map((name) => `Namespace ${name} carries the label of clb-direct too, and stays.`);
  return [
    ...(keepsNamespace && namespaceParts.length > 0 ? [kept] : []),
    ...(alsoRunsIn.length > 0 ? [shared] : []),
    ...others,
  ];
}

/** Of pods and Services, of which there may be thousands. */
const mostShown = 10;

function group(title: string, items: readonly string[], most = Infinity): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length > most ? [`    … and ${items.length - most} more`] : [];
  return [`  ${title}`, ...items.slice(0, most).map((item) => `    ${item}`), ...more];
}
