import { describeOwner } from '@clb-direct/controller/core/model/owner.ts';
import { tagKey } from '@clb-direct/controller/core/model/owned-balancer.ts';
import { deleteOnlyByName, type RemainingListeners } from '@clb-direct/controller/uninstall/judge-uninstall.ts';
import { listenerPrefix, type RemainingBalancer, type Remains } from '@clb-direct/controller/uninstall/remains.ts';
import { unknownCluster } from './cluster-state.ts';

/** What may remain on CLBs, by owner and CLB. `clusterId`: undefined = the settings are gone. */
export function describeRemains({ listeners, balancers, isComplete }: Remains, clusterId: string | undefined): string {
  const parts = [
    listeners.length === 0 ? nothingIn(isComplete) : describeListeners(listeners, clusterId),
    ...(balancers.length === 0 ? [] : [describeBalancers(balancers)]),
    ...(isComplete ? [] : [howToFindMore(clusterId ?? unknownCluster)]),
  ];
  return parts.map((lines) => lines.join('\n')).join('\n\n');
}

function nothingIn(isComplete: boolean): readonly string[] {
  if (isComplete) return ['No CLB carries listeners of clb-direct, by all that is recorded.'];
  return ['No Service and no Ingress that is left names a CLB with listeners of clb-direct.'];
}

function describeListeners(remaining: readonly RemainingListeners[], clusterId: string | undefined): readonly string[] {
  const header = ['OBJECT', 'CLB', 'PORTS', 'NAME OF THE LISTENERS'];
  const rows = remaining.map(({ owner, loadBalancerId, places, listenerName: name }) => [
    describeOwner(owner),
    loadBalancerId,
    places.length === 0 ? 'any' : places.join(','),
    name,
  ]);
  return [
    'Listeners with these names may be there. They keep the pods that are registered now: new pods are not added and',
    'old ones not drained. Install clb-direct again, or delete the listeners in the CLB console.',
    `Be careful: ${deleteOnlyByName}. The port alone proves nothing: it may belong to`,
    'a listener that is not ours. A CLB that does not exist is in the list too, if a Service or an Ingress names it.',
    '',
    ...table([header, ...rows]),
    ...(clusterId === undefined ? explainUnknown : []),
  ];
}

const explainUnknown: readonly string[] = [
  '',
  `${unknownCluster} stands for the CLUSTER_ID; the settings are gone. The UID at the end is that of the object.`,
];

function describeBalancers(remaining: readonly RemainingBalancer[]): readonly string[] {
  const rows = remaining.map((one) => [describeOwner(one.owner), whichOf(one)]);
  return [
    'clb-direct made these CLBs, and they cost money while they stand. Delete those that nobody needs in the',
    'CLB console: clb-direct installed again uses them for objects that are there still, and deletes none of them.',
    '',
    ...table([['MADE FOR', 'CLB'], ...rows]),
  ];
}

function whichOf({ owner, loadBalancerId, isFormer }: RemainingBalancer): string {
  if (loadBalancerId === undefined) return `the one with the tag ${tagKey.owner}=${owner.uid}, if there is one`;
  return isFormer === true ? `${loadBalancerId}, if it is there: it was not found any more` : loadBalancerId;
}

function howToFindMore(clusterId: string): readonly string[] {
  return [
    'There may be more, of objects that are gone: the records that name them are gone too, or cannot be read. In the',
    `CLB console look for listeners whose name begins with ${listenerPrefix(clusterId)}, and for CLBs with the tag`,
    `${tagKey.cluster}=${clusterId}.`,
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
