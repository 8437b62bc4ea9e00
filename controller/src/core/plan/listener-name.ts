import { listenerMark } from '../model/listener-mark.ts';

/** The group that every owner of an L7 listener shares; an L4 listener is named after its one owner's UID. */
export const sharedGroup = 'shared';

/**
 * The name of every listener that we make: proof that it is ours and whose it is.
 * Only letters, digits, "-" and "_", and at most 60 characters, which every CLB name field takes.
 */
export function listenerName(clusterId: string, group: string): string {
  return `${listenerMark}${clusterId}_${group}`;
}

/** What a name of our form says of its maker, whichever cluster that is. */
export function makerOfListener(name: string): { readonly clusterId: string; readonly group: string } | undefined {
  const [, clusterId, group] = new RegExp(`^${listenerMark}([^_]+)_([^_]+)$`).exec(name) ?? [];
  return clusterId === undefined || group === undefined ? undefined : { clusterId, group };
}

/** Owners share a listener of this name by their rules, whichever cluster made it. */
export function isSharedName(name: string): boolean {
  return makerOfListener(name)?.group === sharedGroup;
}

/** The owner's UID or the group in a listener's name; undefined for a listener that this cluster did not make. */
export function groupOfListener(name: string, clusterId: string): string | undefined {
  const prefix = `${listenerMark}${clusterId}_`;
  return name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : undefined;
}
