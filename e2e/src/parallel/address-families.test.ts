import type { V1Pod, V1Service } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { listenersOf, localClb } from '../support/clb.ts';
import { cloudClient } from '../support/cloud-client.ts';
import { connect, get } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { deployment, namespaceOf, service } from '../support/manifests.ts';
import { podsOf, untilReplicas } from '../support/pods.ts';
import { apply, ask } from '../support/run.ts';
import { until } from '../support/until.ts';

/** One application with pods of both families, behind every kind of CLB: its gates ask all of them. */
const [namespace, app] = ['e2e-families', 'web'];
const ipv6 = { AddressIPVersion: 'IPv6FullChain', SubnetId: 'subnet-e2e' };
/** Of IPv6 too, whose rules take targets of both families: nothing here makes such a CLB, users bring it. */
let mixed: string;
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  const made = { LoadBalancerType: 'OPEN', VpcId: localClb.vpcId, ...ipv6 };
  [mixed = ''] = (await cloudClient().CreateLoadBalancer(made)).LoadBalancerIds ?? [];
  await until(
    'the mixed CLB',
    async () => cloudSays(mixed),
    (it) => it?.Status === 1,
  );
  await cloudClient().ModifyLoadBalancerMixIpTarget({ LoadBalancerIds: [mixed], MixIpTarget: true });
  await apply(namespaceOf(namespace));
  await apply(service(namespace, { name: 'ipv4', app }));
  await apply(withParameters('ipv6', ipv6));
  await apply(withParameters('domain', { DynamicVip: true }));
  await apply(service(namespace, { name: 'mixed', app, loadBalancerId: mixed }));
  await apply(deployment(namespace, 2, { app }));
  await untilReplicas(api, { namespace, app, replicas: 2 });
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await cloudClient().DeleteLoadBalancer({ LoadBalancerIds: [mixed], ForceDelete: true });
  await api.close();
});

function withParameters(name: string, parameters: object) {
  const { metadata, ...rest } = service(namespace, { name, app });
  const extensive = { [annotation.extensiveParameters]: JSON.stringify(parameters) };
  return { ...rest, metadata: { ...metadata, annotations: { ...metadata.annotations, ...extensive } } };
}

async function cloudSays(id: string) {
  return (await cloudClient().DescribeLoadBalancers({ LoadBalancerIds: [id] })).LoadBalancerSet?.[0];
}

async function published(name: string) {
  const { metadata, status } = await get<V1Service>(api, paths.service(namespace, name));
  const id = metadata?.annotations?.[annotation.loadBalancerId] ?? mixed;
  return { id, ingress: status?.loadBalancer?.ingress ?? [] };
}

const addressesOf = (pods: readonly V1Pod[], isIpv6: boolean) =>
  pods
    .flatMap(({ status }) => status?.podIPs ?? [])
    .map(({ ip }) => ip)
    .filter((ip) => ip.includes(':') === isIpv6)
    .toSorted();

test.each<[string, 'AddressIPv6' | 'LoadBalancerDomain' | 'LoadBalancerVips', boolean]>([
  ['ipv4', 'LoadBalancerVips', false],
  ['ipv6', 'AddressIPv6', true],
  ['mixed', 'AddressIPv6', true],
  ['domain', 'LoadBalancerDomain', false],
])('The CLB of Service %s is published by its %s, and its targets are of one family.', async (name, field, isIpv6) => {
  const { id, ingress } = await published(name);
  const [shown] = [(await cloudSays(id))?.[field]].flat();
  expect(ingress).toEqual([expect.objectContaining({ [name === 'domain' ? 'hostname' : 'ip']: shown })]);
  const targets = (await listenersOf(id)).flatMap((listener) => listener.targets);
  const expected = addressesOf(await podsOf(api, namespace, app), isIpv6);
  expect(expected).toHaveLength(2);
  expect(targets.map(({ ip }) => ip).toSorted()).toEqual(expected);
  expect(targets.map(({ health, weight }) => `${health} ${weight}`)).toEqual(['Alive 10', 'Alive 10']);
});

test('Clients of IPv6 reach every pod through the CLB.', async () => {
  const { ingress } = await published('ipv6');
  const answers = [await ask(ingress[0]?.ip ?? ''), await ask(ingress[0]?.ip ?? '')];
  const names = (await podsOf(api, namespace, app)).map(({ metadata }) => metadata?.name);
  expect(answers.map(({ pod }) => pod).toSorted()).toEqual(names.toSorted());
  expect(answers.map(({ client }) => client)).toEqual(['2001:db8:113::10', '2001:db8:113::10']);
});
