import { listenerMark } from './listener-mark.ts';

/**
 * The tag of a target at a listener that somebody else made: proof that clb-direct registered it, in which cluster, and
 * for which backend. It has the form of our listeners' names. A cluster id has no "_" (setting CLUSTER_ID).
 */
export function markedTag(clusterId: string, backendId: string): string {
  return `${listenerMark}${clusterId}_${backendId}`;
}

/** The backend in a tag of this cluster; undefined for every other tag. */
export function backendInTag(tag: string, clusterId: string): string | undefined {
  const prefix = markedTag(clusterId, '');
  return tag.startsWith(prefix) && tag.length > prefix.length ? tag.slice(prefix.length) : undefined;
}

/** The cluster whose install of clb-direct wrote the tag; undefined: none did. */
export function clusterInTag(tag: string): string | undefined {
  return new RegExp(`^${listenerMark}([^_]+)_.`).exec(tag)?.[1];
}
