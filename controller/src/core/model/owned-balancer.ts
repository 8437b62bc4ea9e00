import type { Owner } from './owner.ts';

/** How the CLB of an owner is made. Read when it is made, and not again. */
export interface BalancerWish {
  readonly type: 'OPEN' | 'INTERNAL';
  /** INTERNAL only. */
  readonly subnetId?: string;
  readonly name: string;
  /** OPEN only. */
  readonly chargeType?: string;
  /** OPEN only. Mbit/s. */
  readonly bandwidthMbps?: number;
  readonly passToTarget?: boolean;
  /** More fields of CreateLoadBalancer, in the API's own words. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Beside ours. */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * The record of the CLB that is made for one owner, written before the CLB is asked for. Only the controller may write
 * it.
 */
export interface OwnedBalancer {
  readonly owner: Owner;
  /** A random text that is also a tag of the CLB: the record and the tag together prove that we made it. */
  readonly proof: string;
  /** Counts the CLBs that were asked for: each has a ClientToken of its own. */
  readonly generation: number;
  readonly wish: BalancerWish;
  /** When it was last asked for without a clear no; undefined: nothing of this generation can exist. */
  readonly askedAtMs: number | undefined;
  /** Once it can be used. */
  readonly balancerId: string | undefined;
  /** Its tags name the owner but not this record: it is used, and never deleted. */
  readonly isFound?: true | undefined;
  /** It stays when its owner goes, as the owner said last. */
  readonly isKept?: true | undefined;
  /** Its owner has left it, and it stays: it counts against the bound of its namespace, and nobody has it. */
  readonly isLeft?: true | undefined;
  /** The CLB that it had, and that counts as deleted: see `FormerBalancer`. */
  readonly former?: FormerBalancer | undefined;
  /** resourceVersion of the record: each write is about the version that was read. Empty: it is not written yet. */
  readonly version: string;
}

/**
 * A wrong REGION and a CAM policy that hides a CLB look as if it were deleted. If it shows again before the next one is
 * recorded, it is its owner's again, with what proved it.
 */
export interface FormerBalancer {
  readonly balancerId: string;
  readonly proof: string;
  readonly isFound?: true | undefined;
}

/**
 * The API makes one CLB for a token, however often it is asked, and remembers it when that CLB is deleted: so another
 * record of the same owner has other tokens. At most 64 ASCII characters.
 */
export function clientToken({ owner: { uid }, proof, generation }: OwnedBalancer): string {
  return `${uid}-${proof.slice(0, 8)}-${generation}`.slice(-64);
}

/** Keys of the tags that each CLB of ours has. */
export const tagKey = {
  cluster: 'clb-direct.io/cluster',
  owner: 'clb-direct.io/owner-uid',
  proof: 'clb-direct.io/record',
  /** For people: "Service shop/web". */
  name: 'clb-direct.io/owner',
} as const;

export type Tags = Readonly<Record<string, string>>;

/** The tags by which the CLB of an owner is found again. */
export function tagsOfOwner(clusterId: string, uid: string): Tags {
  return { [tagKey.cluster]: clusterId, [tagKey.owner]: uid };
}

export function tagsOf({ owner, proof }: Pick<OwnedBalancer, 'owner' | 'proof'>, clusterId: string): Tags {
  const { kind, namespace, name, uid } = owner;
  const path = `${kind} ${namespace}/${name}`.slice(0, mostTagCharacters);
  return { ...tagsOfOwner(clusterId, uid), [tagKey.proof]: proof, [tagKey.name]: path };
}

const mostTagCharacters = 255;

/** Tag and record say that we made it for this owner. */
export function isProvenOurs(record: OwnedBalancer, tags: Tags, clusterId: string): boolean {
  const { [tagKey.cluster]: cluster, [tagKey.owner]: uid, [tagKey.proof]: proof } = tags;
  return cluster === clusterId && uid === record.owner.uid && proof === record.proof;
}
