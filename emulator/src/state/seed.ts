import { canonicalIp, familyOf } from './address-family.ts';
import type { LoadBalancer } from './model.ts';
import { plainLoadBalancer } from './plain.ts';
import type { Store } from './store.ts';
import { isVipTaken } from './vip-pool.ts';

/** A load balancer that exists from the start, as if made by another client. */
export interface LoadBalancerSeed {
  id: string;
  name?: string;
  /** IPv4, or IPv6 of an IPv6FullChain load balancer. */
  vip: string;
  vpcId: string;
  region?: string;
}

/** A seed that does not fit what is there already. */
export class SeedError extends Error {}

interface World {
  store: Store;
  regions: readonly string[];
  nowMs: number;
}

function checkSeed({ store, regions }: World, { id, vip }: LoadBalancerSeed, region: string): void {
  if (canonicalIp(vip) !== vip) throw new SeedError(`VIP ${vip} of ${id} is not an address`);
  if (!regions.includes(region)) throw new SeedError(`region ${region} is not one of ${regions.join(', ')}`);
  if (isVipTaken(store, vip)) throw new SeedError(`VIP ${vip} is taken by another load balancer`);
}

/** Refuses to move a load balancer to another address, VPC or region. */
function requireSamePlace(existing: LoadBalancer, seed: LoadBalancerSeed): void {
  const { id, region, vpcId, vips } = existing;
  if (!vips.includes(seed.vip) || vpcId !== seed.vpcId || region !== seed.region) {
    const has = `VIP ${vips.join(', ')}, VPC ${vpcId} and region ${region}`;
    throw new SeedError(`${id} has ${has}, which cannot be changed: delete it first`);
  }
}

/** Puts a load balancer into the cloud; doing it twice changes nothing but the name, if another one is given. */
export function seedLoadBalancer(world: World, seed: LoadBalancerSeed): void {
  const { store, regions, nowMs } = world;
  const region = seed.region ?? regions[0] ?? '';
  const existing = store.loadBalancers.get(seed.id);
  if (existing) {
    requireSamePlace(existing, { ...seed, region });
    if (seed.name !== undefined) store.changeLoadBalancer(existing, { name: seed.name });
    return;
  }
  checkSeed(world, seed, region);
  store.putLoadBalancer({
    ...plainLoadBalancer,
    id: seed.id,
    name: seed.name ?? seed.id,
    type: 'OPEN',
    region,
    vpcId: seed.vpcId,
    subnetId: null,
    vips: [seed.vip],
    ipv6Mode: familyOf(seed.vip) === 'IPv6' ? 'IPv6FullChain' : null,
    domain: null,
    createdAtMs: nowMs,
    listeners: [],
  });
}
