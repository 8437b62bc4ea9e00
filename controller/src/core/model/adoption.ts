import type { OwnerKind } from './owner.ts';
import type { Tags } from './owned-balancer.ts';

/** What an owner asks about the CLB that TKE's controller made for it: what would be done, or to do it. */
export type Adoption = 'plan' | 'take';

/** The name of each listener that TKE's controller makes. */
export const tkeListener = 'TKE-DEDICATED-LISTENER';

const tag = {
  made: 'tke-createdBy-flag',
  cluster: 'tke-clusterId',
  Service: 'tke-lb-serviceuuid',
  Ingress: 'tke-lb-ingress-uuid',
} as const;
/** Older CLBs have the UID of the Service as the key. */
const olderValue = 'tke-lb-serviceId';

/** How the tags of a CLB must read for an owner, as messages say it. */
export function describeTkeTags(clusterId: string, { kind, uid }: { readonly kind: OwnerKind; readonly uid: string }) {
  const ofCluster = `${tag.cluster}=${clusterId}`;
  return kind === 'Ingress'
    ? `${ofCluster}, ${tag.Ingress}=${uid}`
    : `${tag.made}=yes, ${ofCluster}, ${tag.Service}=${uid}`;
}

/**
 * UID of the owner whose the CLB is by the tags of TKE's controller in this cluster; undefined: they do not say one. An
 * existing CLB that an Ingress names is that Ingress's alone and has its UID too; Services share one, and it has none.
 */
export function tkeOwnerUid(tags: Tags, clusterId: string): string | undefined {
  if (tags[tag.cluster] !== clusterId) return undefined;
  const older = Object.keys(tags).filter((key) => tags[key] === olderValue);
  const services = tags[tag.made] === 'yes' ? [tags[tag.Service] ?? '', ...older] : [];
  const [uid, ...more] = new Set([...services, tags[tag.Ingress] ?? ''].filter((one) => one !== ''));
  return more.length === 0 ? uid : undefined;
}
