import { localClb } from '@clb-direct/scripts/stack/local-clb.ts';
import { listenersOf, loadBalancerAt } from './clb.ts';
import { cloudClient } from './cloud-client.ts';
import { until } from './until.ts';

export interface MadeByTke {
  readonly id: string;
  readonly vip: string;
  readonly listenerId: string;
}

/** As manifests/local says it. */
const clusterId = 'cls-local001';

/** What TKE's controller leaves behind for a Service: a CLB with its tags, one listener, and targets that are Alive. */
export async function madeByTke(uid: string, addresses: readonly string[], port: number): Promise<MadeByTke> {
  const { id, vip } = await balancerFor(uid);
  const check = { HealthSwitch: 1, IntervalTime: 3, TimeOut: 2, HealthNum: 2, UnHealthNum: 2 };
  const listener = { Ports: [80], Protocol: 'TCP', ListenerNames: ['TKE-DEDICATED-LISTENER'], HealthCheck: check };
  const { ListenerIds: [listenerId = ''] = [] } = await cloudClient().CreateListener({
    LoadBalancerId: id,
    ...listener,
  });
  await until(
    'the listener',
    async () => listenersOf(id),
    (all) => all.length === 1,
  );
  const Targets = addresses.map((EniIp) => ({ EniIp, Port: port, Weight: 10 }));
  await cloudClient().RegisterTargets({ LoadBalancerId: id, ListenerId: listenerId, Targets });
  await until(
    'targets that are Alive',
    async () => (await listenersOf(id)).flatMap(({ targets }) => targets),
    (all) => all.length === addresses.length && all.every(({ health }) => health === 'Alive'),
  );
  return { id, vip, listenerId };
}

async function balancerFor(uid: string): Promise<Pick<MadeByTke, 'id' | 'vip'>> {
  const tags = { 'tke-createdBy-flag': 'yes', 'tke-clusterId': clusterId, 'tke-lb-serviceuuid': uid };
  const { LoadBalancerIds: [id = ''] = [] } = await cloudClient().CreateLoadBalancer({
    LoadBalancerType: 'OPEN',
    VpcId: localClb.vpcId,
    Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  });
  const found = await until(
    'the CLB',
    async () => (await cloudClient().DescribeLoadBalancers({ LoadBalancerIds: [id] })).LoadBalancerSet?.[0],
    (one) => one?.Status === 1 && one.LoadBalancerVips?.length === 1,
  );
  const [vip = ''] = found?.LoadBalancerVips ?? [];
  await until(
    'its address',
    async () => loadBalancerAt(vip),
    (one) => one?.id === id,
  );
  return { id, vip };
}
