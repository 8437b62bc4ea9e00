import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLoadBalancer } from '../../testing/steps.ts';
import { startClbWorld, taskDone, type ClbWorld } from '../testing/clb-world.ts';

const { signal } = new AbortController();
let world: ClbWorld;

beforeEach(async () => {
  world = await startClbWorld();
  world.cloud.replies('DescribeTaskStatus', taskDone);
  for (const action of ['ModifyLoadBalancerAttributes', 'SetLoadBalancerSecurityGroups', 'DeleteLoadBalancer']) {
    world.cloud.replies(action, { response: { DealName: null } });
  }
});
afterEach(() => world.cloud.close());

const actions = () => world.cloud.requests.map(({ action }) => action);

test('a load balancer is created with its token and settings, and its id comes when it is there', async () => {
  world.cloud.replies('CreateLoadBalancer', { response: { LoadBalancerIds: ['lb-new'], DealName: 'deal' } });
  world.cloud.replies('DescribeTaskStatus', { response: { Status: 2 } }, taskDone);
  const wish = { passToTarget: true, chargeType: 'TRAFFIC_POSTPAID_BY_HOUR', bandwidthMbps: 10 };
  const wanted = createLoadBalancer(wish, { owner: 'uid-web' });
  expect(await world.clb.createLoadBalancer(wanted, 'token-1', signal)).toBe('lb-new');
  expect(world.cloud.bodiesOf('CreateLoadBalancer')).toEqual([
    {
      LoadBalancerType: 'OPEN',
      VpcId: 'vpc-1',
      Number: 1,
      ClientToken: 'token-1',
      LoadBalancerName: 'web',
      LoadBalancerPassToTarget: true,
      InternetAccessible: { InternetChargeType: 'TRAFFIC_POSTPAID_BY_HOUR', InternetMaxBandwidthOut: 10 },
      Tags: [{ TagKey: 'owner', TagValue: 'uid-web' }],
    },
  ]);
  expect(actions()).toEqual(['CreateLoadBalancer', 'DescribeTaskStatus', 'DescribeTaskStatus']);
});

test('what is ours to say is replaced by no parameter and no tag of a user', async () => {
  world.cloud.replies('CreateLoadBalancer', { response: { LoadBalancerIds: ['lb-new'] } });
  const parameters = { VpcId: 'vpc-2', Number: 20, ClientToken: 'mine', LoadBalancerType: 'OPEN', VipIsp: 'CTCC' };
  const wish = { type: 'INTERNAL', subnetId: 'subnet-1', parameters, tags: { owner: 'mine', team: 'shop' } } as const;
  await world.clb.createLoadBalancer(createLoadBalancer(wish, { owner: 'uid-web' }), 'token-1', signal);
  expect(world.cloud.bodiesOf('CreateLoadBalancer')).toEqual([
    {
      LoadBalancerType: 'INTERNAL',
      VpcId: 'vpc-1',
      SubnetId: 'subnet-1',
      Number: 1,
      ClientToken: 'token-1',
      LoadBalancerName: 'web',
      VipIsp: 'CTCC',
      Tags: [
        { TagKey: 'owner', TagValue: 'uid-web' },
        { TagKey: 'team', TagValue: 'shop' },
      ],
    },
  ]);
});

test.each([{ LoadBalancerIds: [] }, { LoadBalancerIds: null }])(
  'a creation that is slow answers no id (%j); its task names it',
  async (answer) => {
    world.cloud.replies('CreateLoadBalancer', { response: { ...answer, RequestId: 'task-3' } });
    world.cloud.replies('DescribeTaskStatus', { response: { Status: 0, LoadBalancerIds: ['lb-new'] } });
    expect(await world.clb.createLoadBalancer(createLoadBalancer(), 'token-1', signal)).toBe('lb-new');
    expect(world.cloud.bodiesOf('DescribeTaskStatus')).toEqual([{ TaskId: 'task-3' }]);
  },
);

test('an answer that names no load balancer at all is an error', async () => {
  world.cloud.replies('CreateLoadBalancer', { response: { LoadBalancerIds: [] } });
  const created = world.clb.createLoadBalancer(createLoadBalancer(), 'token-1', signal);
  await expect(created).rejects.toMatchObject({ kind: 'transient', code: 'Malformed', action: 'CreateLoadBalancer' });
});

test('a quota says for whom nothing was created', async () => {
  world.cloud.replies('CreateLoadBalancer', { error: 'LimitExceeded', message: 'full' });
  const created = world.clb.createLoadBalancer(createLoadBalancer(), 'token-1', signal);
  await expect(created).rejects.toMatchObject({ kind: 'quota' });
  await expect(created).rejects.toThrow('Could not create the CLB of Service shop/web: Tencent Cloud answered "full"');
});

test('a load balancer is changed in what is named, and in nothing else', async () => {
  await world.clb.modifyLoadBalancer('lb-1', { name: 'new', deleteProtect: false, passToTarget: false }, signal);
  await world.clb.modifyLoadBalancer('lb-1', { name: 'newer' }, signal);
  expect(world.cloud.bodiesOf('ModifyLoadBalancerAttributes')).toEqual([
    { LoadBalancerId: 'lb-1', LoadBalancerName: 'new', DeleteProtect: false, LoadBalancerPassToTarget: false },
    { LoadBalancerId: 'lb-1', LoadBalancerName: 'newer' },
  ]);
});

test('security groups are set as a whole, before anything else, and alone where nothing else changes', async () => {
  await world.clb.modifyLoadBalancer('lb-1', { passToTarget: true, securityGroups: ['sg-b', 'sg-a'] }, signal);
  await world.clb.modifyLoadBalancer('lb-1', { securityGroups: [] }, signal);
  expect(world.cloud.bodiesOf('SetLoadBalancerSecurityGroups')).toEqual([
    { LoadBalancerId: 'lb-1', SecurityGroups: ['sg-b', 'sg-a'] },
    { LoadBalancerId: 'lb-1', SecurityGroups: [] },
  ]);
  expect(actions()).toEqual([
    'SetLoadBalancerSecurityGroups',
    'ModifyLoadBalancerAttributes',
    'DescribeTaskStatus',
    'SetLoadBalancerSecurityGroups',
  ]);
});

test('a load balancer is deleted alone, never by force, and until it is gone', async () => {
  await world.clb.deleteLoadBalancer('lb-1', signal);
  expect(world.cloud.bodiesOf('DeleteLoadBalancer')).toEqual([{ LoadBalancerIds: ['lb-1'] }]);
  expect(actions()).toEqual(['DeleteLoadBalancer', 'DescribeTaskStatus']);
});
