import type { Tags } from './owned-balancer.ts';

/** What a Service asks about the CLB that TKE's controller made for it: what would be done, or to do it. */
export type Adoption = 'plan' | 'take';

/** The name of each listener that TKE's controller makes. */
export const tkeListener = 'TKE-DEDICATED-LISTENER';

const tag = { made: 'tke-createdBy-flag', cluster: 'tke-clusterId', service: 'tke-lb-serviceuuid' } as const;
/** Older CLBs have the UID as the key. */
const olderValue = 'tke-lb-serviceId';

/** How the tags of a CLB must read for an owner, as messages say it. */
export function describeTkeTags(clusterId: string, uid: string): string {
  return `${tag.made}=yes, ${tag.cluster}=${clusterId}, ${tag.service}=${uid}`;
}

/** UID of the Service for which TKE's controller made a CLB in this cluster; undefined: its tags do not say one. */
export function tkeServiceUid(tags: Tags, clusterId: string): string | undefined {
  if (tags[tag.made] !== 'yes' || tags[tag.cluster] !== clusterId) return undefined;
  const older = Object.keys(tags).filter((key) => tags[key] === olderValue);
  const [uid, ...more] = new Set([tags[tag.service] ?? '', ...older].filter((one) => one !== ''));
  return more.length === 0 ? uid : undefined;
}
