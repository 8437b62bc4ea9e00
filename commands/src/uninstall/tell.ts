import { deleteOnlyByName, type Remainder } from '@clb-direct/controller/uninstall/judge-uninstall.ts';
import { unknownCluster } from './read-settings.ts';
import { partsOf, type World } from './world.ts';

/** What will be done, before it is done. */
export function tellPlan({ install, farewell, ending }: World): string {
  const { namespace, strangers, home } = install;
  const going = partsOf(install).map(({ what }) =>
    what.startsWith('Namespace ') ? `${what}, with all that is in it` : what,
  );
  const lines = [
    'What uninstalling clb-direct does:',
    ...group('is removed:', going),
    ...group(
      'opens its gate:',
      farewell.openings.map(({ key }) => `Pod ${key}`),
      few,
    ),
    ...group(
      'loses our finalizer:',
      farewell.releases.map(({ key }) => `Service ${key}`),
      few,
    ),
    ...group(
      'is being deleted, so its listeners go if the controller still works:',
      ending.map((key) => `Service ${key}`),
    ),
  ];
  if (lines.length === 1) lines.push('  nothing, as nothing of it is there');
  if (home.length > 0 && strangers.length > 0) {
    lines.push(
      `Careful: Namespace ${namespace} also holds pods that are not of clb-direct, and they go with it: ${strangers.join(', ')}`,
    );
  }
  return lines.join('\n');
}

/** Of what may be many. */
const few = 10;

function group(title: string, items: readonly string[], mostShown = Infinity): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length > mostShown ? [`    … and ${items.length - mostShown} more`] : [];
  return [`  ${title}`, ...items.slice(0, mostShown).map((item) => `    ${item}`), ...more];
}

/** Which listeners may stay on which CLB. */
export function tellRemainders(remainders: readonly Remainder[]): string {
  if (remainders.length === 0) return 'No CLB carries listeners of clb-direct.';
  const header = ['SERVICE', 'CLB', 'PORTS', 'NAME OF THE LISTENERS'];
  const rows = remainders.map(({ service, loadBalancerId, slots, listenerName }) => [
    service.key,
    loadBalancerId,
    slots.length === 0 ? 'any' : slots.join(','),
    listenerName,
  ]);
  return [
    'Listeners of these names may be there. Those that are serve the pods that are registered now, and nobody adds or drains',
    'pods any more: install clb-direct again, or delete them in the CLB console.',
    `Be careful: ${deleteOnlyByName}. The port alone proves nothing: somebody else may hold it,`,
    'and a CLB that does not exist is in the list too, if a Service named it.',
    '',
    ...table([header, ...rows]),
    ...explainUnknown(remainders),
  ].join('\n');
}

function explainUnknown(remainders: readonly Remainder[]): readonly string[] {
  if (!remainders.some(({ listenerName }) => listenerName.includes(`_${unknownCluster}_`))) return [];
  return [
    '',
    `${unknownCluster} is the CLUSTER_ID that was set; it went with the settings. The UID at the end belongs to this Service alone.`,
  ];
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
