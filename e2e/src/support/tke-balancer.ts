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

const check = { HealthSwitch: 1, IntervalTime: 3, TimeOut: 2, HealthNum: 2, UnHealthNum: 2 };

/** What TKE's controller leaves behind for a Service: a CLB with its tags, one listener, and targets that are Alive. */
export async function madeByTke(uid: string, addresses: readonly string[], port: number): Promise<MadeByTke> {
  const { id, vip } = await balancerFor('tke-lb-serviceuuid', uid);
  const listenerId = await listenerOf(id, { Protocol: 'TCP', HealthCheck: check });
  await cloudClient().RegisterTargets({
    LoadBalancerId: id,
    ListenerId: listenerId,
    Targets: targetsAt(addresses, port),
  });
  await until(
    'targets that are Alive',
    async () => (await listenersOf(id)).flatMap(({ targets }) => targets),
    (all) => all.length === addresses.length && all.every(({ health }) => health === 'Alive'),
  );
  return { id, vip, listenerId };
}

export interface TkeRule {
  readonly url: string;
  readonly addresses: readonly string[];
  readonly port: number;
}

/** The same for an Ingress without a host: a rule for each path, in whose domain TKE writes the address. */
export async function ingressMadeByTke(
  uid: string,
  rules: readonly TkeRule[],
): Promise<MadeByTke & { readonly locationIds: readonly string[] }> {
  const { id, vip } = await balancerFor('tke-lb-ingress-uuid', uid);
  const at = { LoadBalancerId: id, ListenerId: await listenerOf(id, { Protocol: 'HTTP' }) };
  const made = await cloudClient().CreateRule({
    ...at,
    Rules: rules.map(({ url }) => ({ Domain: vip, Url: url, HealthCheck: check })),
  });
  await finished(made);
  const locationIds = made.LocationIds ?? [];
  const count = rules.reduce((sum, { addresses }) => sum + addresses.length, 0);
  for (const [index, { addresses, port }] of rules.entries()) {
    const Targets = targetsAt(addresses, port);
    await finished(await cloudClient().RegisterTargets({ ...at, LocationId: locationIds[index] ?? '', Targets }));
  }
  await until(
    'targets that are Alive',
    async () => (await Promise.all(locationIds.map(async (one) => healthAt(id, one)))).flat(),
    (all) => all.length === count && all.every((health) => health === 'Alive'),
  );
  return { id, vip, listenerId: at.ListenerId, locationIds };
}

/** Each "10.0.0.1:80", without those of weight 0. */
export async function carriersAt(id: string, listenerId: string, locationId: string): Promise<readonly string[]> {
  const { Listeners = [] } = await cloudClient().DescribeTargets({ LoadBalancerId: id, ListenerIds: [listenerId] });
  const rule = Listeners.flatMap(({ Rules }) => Rules ?? []).find(({ LocationId }) => LocationId === locationId);
  const targets = (rule?.Targets ?? []).filter(({ Weight = 0 }) => Weight > 0);
  return targets.map(({ PrivateIpAddresses = [], Port = 0 }) => `${PrivateIpAddresses[0] ?? ''}:${Port}`).toSorted();
}

async function healthAt(id: string, locationId: string): Promise<readonly string[]> {
  const { LoadBalancers = [] } = await cloudClient().DescribeTargetHealth({ LoadBalancerIds: [id] });
  const rules = LoadBalancers.flatMap(({ Listeners }) => Listeners ?? []).flatMap(({ Rules }) => Rules ?? []);
  const targets = rules.find(({ LocationId }) => LocationId === locationId)?.Targets ?? [];
  return targets.map(({ HealthStatusDetail = '' }) => HealthStatusDetail);
}

/** What the API answers at once is done later. */
export async function finished({ RequestId = '' }: { readonly RequestId?: string }): Promise<void> {
  await until(
    'the task',
    async () => cloudClient().DescribeTaskStatus({ TaskId: RequestId }),
    ({ Status }) => Status === 0,
  );
}

async function listenerOf(id: string, about: { readonly Protocol: string; readonly HealthCheck?: typeof check }) {
  const listener = { LoadBalancerId: id, Ports: [80], ListenerNames: ['TKE-DEDICATED-LISTENER'], ...about };
  const made = await cloudClient().CreateListener(listener);
  await finished(made);
  return made.ListenerIds?.[0] ?? '';
}

function targetsAt(addresses: readonly string[], port: number) {
  return addresses.map((EniIp) => ({ EniIp, Port: port, Weight: 10 }));
}

async function balancerFor(ownerTag: string, uid: string): Promise<Pick<MadeByTke, 'id' | 'vip'>> {
  const tags = { 'tke-createdBy-flag': 'yes', 'tke-clusterId': clusterId, [ownerTag]: uid };
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
