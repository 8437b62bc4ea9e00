import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startClbWorld, type ClbWorld } from './testing/clb-world.ts';

const { signal } = new AbortController();
let world: ClbWorld;

beforeEach(async () => {
  world = await startClbWorld();
});
afterEach(() => world.cloud.close());

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

test('ask in English, in the region of the settings, signed with the credentials', async () => {
  world.cloud.replies('DescribeListeners', { response: { Listeners: [], TotalCount: 0 } });
  expect(await world.clb.describeListeners('lb-1', signal)).toEqual([]);
  const [request] = world.cloud.requests;
  expect(request?.body).toEqual({ LoadBalancerId: 'lb-1' });
  expect(request?.headers).toMatchObject({ 'x-tc-region': 'ap-guangzhou', 'x-tc-language': 'en-US' });
  expect(request?.headers.authorization).toContain('Credential=an-id/');
});

test.each([
  { response: { LoadBalancerSet: [], TotalCount: 0 } },
  { error: 'InvalidParameter.LBIdNotFound', message: 'lb-1 not found' },
])('a load balancer that does not exist is undefined, not an error', async (reply) => {
  world.cloud.replies('DescribeLoadBalancers', reply);
  expect(await world.clb.describeLoadBalancer('lb-1', signal)).toBeUndefined();
});

test('the load balancers of a VPC are listed page by page', async () => {
  const all = range(230).map((index) => ({ LoadBalancerId: `lb-${index}` }));
  world.cloud.replies('DescribeLoadBalancers', ({ VpcId, Offset, Limit }) => {
    expect(VpcId).toBe('vpc-1');
    const from = Number(Offset);
    return { response: { LoadBalancerSet: all.slice(from, from + Number(Limit)), TotalCount: all.length } };
  });
  expect(await world.clb.listLoadBalancers('vpc-1', signal)).toEqual(all.map(({ LoadBalancerId }) => LoadBalancerId));
  expect(world.cloud.requests).toHaveLength(3);
});

test('targets are asked for 20 listeners at a time', async () => {
  world.cloud.replies('DescribeTargets', ({ ListenerIds }) => {
    const listeners = (ListenerIds as string[]).map((ListenerId) => {
      return { ListenerId, Rules: null, Targets: [{ PrivateIpAddresses: ['10.0.0.1'], Port: 80, Weight: 10 }] };
    });
    return { response: { Listeners: listeners } };
  });
  const ids = range(41).map((index) => `lbl-${index}`);
  const targets = await world.clb.describeTargets('lb-1', ids, signal);
  expect(targets.map(({ listenerId }) => listenerId)).toEqual(ids);
  expect(world.cloud.requests).toHaveLength(3);
});

test('targets of no listeners are none, and nothing is asked: to the API an empty list means all', async () => {
  expect(await world.clb.describeTargets('lb-1', [], signal)).toEqual([]);
  expect(await world.clb.describeHealths([], signal)).toEqual({ answers: [], failed: [] });
  expect(world.cloud.requests).toHaveLength(0);
});

describe('the health of many load balancers', () => {
  const healthyListener = [
    { ListenerId: 'lbl-1', Rules: [{ Targets: [{ IP: '1.1.1.1', Port: 80, HealthStatusDetail: 'Alive' }] }] },
  ];
  const ids = range(40).map((index) => `lb-${index}`);

  /** A call that names a bad one fails as a whole. */
  async function asked(error: string, bad: readonly string[]) {
    world.cloud.replies('DescribeTargetHealth', ({ LoadBalancerIds }) => {
      const some = LoadBalancerIds as string[];
      if (some.some((id) => bad.includes(id))) return { error, message: 'no' };
      return { response: { LoadBalancers: some.map((id) => ({ LoadBalancerId: id, Listeners: healthyListener })) } };
    });
    const { answers, failed } = await world.clb.describeHealths(ids, signal);
    const bodies = world.cloud.bodiesOf('DescribeTargetHealth');
    const sizes = bodies.map((body) => (body['LoadBalancerIds'] as string[]).length);
    return { answered: answers.map(({ loadBalancerId }) => loadBalancerId).toSorted(), failed, sizes };
  }

  const without = (bad: readonly string[]) => ids.filter((id) => !bad.includes(id)).toSorted();

  test('is asked for 30 at a time, and those that do not exist are left out', async () => {
    const { answered, failed, sizes } = await asked('InvalidParameter.LBIdNotFound', ['lb-7']);
    expect([answered, failed]).toEqual([without(['lb-7']), []]);
    expect(Math.max(...sizes)).toBe(30);
    expect(sizes.length).toBeLessThan(13);
  });

  test.each([
    'InternalError',
    'FailedOperation',
    'FailedOperation.InvalidLBStatus',
    'UnauthorizedOperation',
    'InvalidParameterValue',
  ])('comes of all but the one that answers %s', async (error) => {
    const { answered, failed, sizes } = await asked(error, ['lb-7']);
    expect([answered, failed]).toEqual([without(['lb-7']), ['lb-7']]);
    expect(sizes.length).toBeLessThan(13);
  });

  test('costs few calls when all are bad', async () => {
    const { answered, failed, sizes } = await asked('InternalError', ids);
    expect([answered, failed.toSorted()]).toEqual([[], without([])]);
    expect(sizes.length).toBeLessThanOrEqual(2 * 13);
  });

  test('is not asked for again part by part where the account is not let in', async () => {
    expect((await asked('AuthFailure.SecretIdNotFound', ids)).sizes).toEqual([30, 10]);
  });
});

test.each([
  ['DescribeListeners', {}, (w: ClbWorld) => w.clb.describeListeners('lb-1', signal)],
  ['DescribeListeners', { Listeners: [], TotalCount: 3 }, (w: ClbWorld) => w.clb.describeListeners('lb-1', signal)],
  ['DescribeLoadBalancers', {}, (w: ClbWorld) => w.clb.describeLoadBalancer('lb-1', signal)],
  ['DescribeTargets', {}, (w: ClbWorld) => w.clb.describeTargets('lb-1', ['lbl-1'], signal)],
  [
    'DescribeTargets',
    { Listeners: [{ ListenerId: 'lbl-1' }] },
    (w: ClbWorld) => w.clb.describeTargets('lb-1', ['lbl-1'], signal),
  ],
  ['DescribeTargetHealth', {}, (w: ClbWorld) => w.clb.describeHealth('lb-1', signal)],
])(
  'an answer to %s that lacks what it must hold (%j) is an error and not an empty world',
  async (action, response, ask) => {
    world.cloud.replies(action, { response });
    await expect(ask(world)).rejects.toMatchObject({
      name: 'CloudError',
      kind: 'transient',
      code: 'Malformed',
      action,
    });
  },
);
