import { isIPv4 } from 'node:net';
import { plainLoadBalancer } from './plain.ts';
import type { Store } from './store.ts';
import { isVipTaken } from './vip-pool.ts';

/** A load balancer that exists from the start, as if made by another client. */
export interface LoadBalancerSeed {
  id: string;
  name?: string;
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
  if (!isIPv4(vip)) throw new SeedError(`VIP ${vip} of ${id} is not an IPv4 address`);
  if (!regions.includes(region)) throw new SeedError(`region ${region} is not one of ${regions.join(', ')}`);
  if (isVipTaken(store, vip)) throw new SeedError(`VIP ${vip} is taken by another load balancer`);
}

/** Puts a load balancer into the cloud; doing it twice changes nothing. */
export function seedLoadBalancer(world: World, seed: LoadBalancerSeed): void {
  const { store, regions, nowMs } = world;
  const region = seed.region ?? regions[0] ?? '';
  const existing = store.loadBalancers.get(seed.id);
  if (existing) {
    if (existing.vips.includes(seed.vip) && existing.vpcId === seed.vpcId && existing.region === region) return;
    throw new SeedError(`${seed.id} is there already, with other values: delete it first`);
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
    createdAtMs: nowMs,
    listeners: [],
  });
}
