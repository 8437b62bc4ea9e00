import { describeOwner } from '@clb-direct/controller/core/model/owner.ts';
import { deleteOnlyByName, type RemainingListeners } from '@clb-direct/controller/uninstall/judge-uninstall.ts';
import { partsOf, unknownCluster, type ClusterState } from './cluster-state.ts';

/** What an uninstall will do. */
export function describePlan({ install, plan, ending }: ClusterState): string {
  const { namespace, otherPods, namespaceParts } = install;
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
  return [
    'What uninstalling clb-direct does:',
    ...(groups.length === 0 ? [nothing] : groups),
    ...(namespaceParts.length > 0 && otherPods.length > 0 ? [warning] : []),
  ].join('\n');
}

/** Of pods and Services, of which there may be thousands. */
const mostShown = 10;

function group(title: string, items: readonly string[], most = Infinity): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length > most ? [`    … and ${items.length - most} more`] : [];
  return [`  ${title}`, ...items.slice(0, most).map((item) => `    ${item}`), ...more];
}

/** The listeners that may remain, by owner and CLB. `clusterId`: undefined = the settings are gone. */
export function describeAllRemaining(remaining: readonly RemainingListeners[], clusterId: string | undefined): string {
  if (remaining.length === 0) return 'No CLB carries listeners of clb-direct.';
  const header = ['OBJECT', 'CLB', 'PORTS', 'NAME OF THE LISTENERS'];
  const rows = remaining.map(({ owner, loadBalancerId, places, listenerName }) => [
    describeOwner(owner),
    loadBalancerId,
    places.length === 0 ? 'any' : places.join(','),
    listenerName,
  ]);
  return [
    'Listeners with these names may be there. They keep the pods that are registered now: new pods are not added and',
    'old ones not drained. Install clb-direct again, or delete the listeners in the CLB console.',
    `Be careful: ${deleteOnlyByName}. The port alone proves nothing: it may belong to`,
    'a listener that is not ours. A CLB that does not exist is in the list too, if a Service or an Ingress names it.',
    '',
    ...table([header, ...rows]),
    ...(clusterId === undefined ? explainUnknown : []),
  ].join('\n');
}

const explainUnknown: readonly string[] = [
  '',
  `${unknownCluster} stands for the CLUSTER_ID; the settings are gone. The UID at the end is that of the object.`,
];

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
