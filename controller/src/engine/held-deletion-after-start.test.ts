import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { apiError } from '../testing/fake-load-balancer.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
/** Each answer, and the weight that the pod had when it came. */
let answers: (readonly [string, number | undefined])[];

beforeEach(async () => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  answers = [];
  const { cluster } = world;
  const answer = cluster.answer.bind(cluster);
  cluster.answer = async (pod, given) => {
    answers.push([given.reason, weightOf(1)]);
    return answer(pod, given);
  };
  cluster.putService(aNewService());
  for (const number of [1, 2, 3]) cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` }));
  world.start();
  await until(() => [1, 2, 3].every((number) => cluster.gateOf(`shop/web-${number}`).startsWith('True')));
  await passMs(200);
});
afterEach(async () => passing(world.stop()));

const weightOf = (number: number) =>
  world.clb.balancers.has(clbId) ? world.clb.picture(clbId)[`80/10.0.0.${number}:8080`] : undefined;
const ask = () => world.cluster.changePod('shop/web-1', { heldDeletion: { sinceMs: Date.now(), answer: undefined } });
/** The cloud answers so often as if there were no such CLB. */
function notFound(times: number): void {
  const describe = world.clb.describeLoadBalancer.bind(world.clb);
  let left = times;
  world.clb.describeLoadBalancer = async (id, signal) =>
    id === clbId && (left -= 1) >= 0 ? undefined : describe(id, signal);
}

/** The controller starts anew, and knows nothing but the cluster, when the deletion is held already. */
async function asksANewLeader(change: Partial<ServiceFacts> = {}, absences = 0): Promise<void> {
  await passing(world.stop());
  if (Object.keys(change).length > 0) world.cluster.changeService('shop/web', change);
  notFound(absences);
  ask();
  world.start();
}

test.each<[string, Partial<ServiceFacts>, number]>([
  ['its CLB is not found at first', {}, 1],
  ['its Service selects others now', { selector: { app: 'other' } }, 0],
  ['a port of its Service has a typing error', { ports: [aPort({ targetPort: 'htpp' })] }, 0],
  ['its Service selects others now, and its CLB is not found at first', { selector: { app: 'other' } }, 1],
  ['its Service names another CLB now, that is not found', { existingLoadBalancer: 'lb-none' }, 1],
])('After a start the answer comes only at weight 0, when %s.', async (_, change, absences) => {
  await asksANewLeader(change, absences);
  await until(() => answers.length > 0);
  expect([answers, weightOf(2)]).toEqual([[['WeightZero', 0]], 10]);
});

test('After a start it comes only at weight 0 for a pod without a Service, also where tags lack.', async () => {
  world.clb.returnsTags = false;
  await passing(world.stop());
  world.cluster.changeService('shop/web', { selector: { app: 'other' } });
  world.start();
  await until(() => world.state?.of(clbId)?.withheldRemovals === 3);
  ask();
  await until(() => answers.length > 0);
  expect([answers, weightOf(2)]).toEqual([[['WeightZero', 0]], 10]);
});

test('After a start it comes only at weight 0, when its Service is gone without its finalizer.', async () => {
  world.clb.addLoadBalancer('lb-two');
  world.cluster.putService(aNewService({ name: 'two', existingLoadBalancer: 'lb-two' }));
  await until(() => '80/10.0.0.1:8080' in world.clb.picture('lb-two'));
  await passMs(200);
  await passing(world.stop());
  world.cluster.removeService('shop/web');
  const look = Promise.withResolvers<undefined>();
  world.clb.before = async (_action, id) => (id === clbId ? look.promise : undefined);
  ask();
  world.start();
  await until(() => world.clb.picture('lb-two')['80/10.0.0.1:8080'] === 0);
  await passMs(3_000);
  expect([answers, weightOf(1)]).toEqual([[], 10]);
  look.resolve(undefined);
  await until(() => answers.length > 0);
  expect(weightOf(1)).not.toBe(10);
});

test('After a start it comes for a pod that no Service selects and that has weight 0 already.', async () => {
  world.cluster.changeService('shop/web', { selector: { app: 'other' } });
  ask();
  await until(() => weightOf(1) === 0);
  await passing(world.stop());
  answers = [];
  await asksANewLeader();
  await until(() => answers.length > 0, 5_000);
  expect(answers[0]?.[1]).toBe(0);
});

test('After a start a CLB that is gone holds it up no longer than it takes to prove that.', async () => {
  await passing(world.stop());
  world.clb.balancers.delete(clbId);
  ask();
  world.start({ absence: { seenBeforeMs: 0, neverSeenMs: 4_000 } });
  await passMs(3_000);
  expect(answers).toEqual([]);
  await until(() => answers.length > 0, 20_000);
  expect(answers).toEqual([['NoTarget', undefined]]);
});

test.each<[string, Partial<ServiceFacts>]>([
  ['of another namespace', { namespace: 'team-b' }],
  ['in mode skip', { annotations: { [annotation.mode]: 'skip' } }],
])('After a start no CLB of a Service %s holds it up.', async (_, change) => {
  const other = { name: 'other', existingLoadBalancer: 'lb-other', selector: { app: 'x' } };
  world.clb.addLoadBalancer('lb-other');
  world.cluster.putService(aNewService({ ...other, ...change, annotations: {} }));
  await until(() => world.cluster.recordOf('lb-other') !== undefined);
  await passing(world.stop());
  world.cluster.putService(aNewService({ ...other, ...change }));
  const look = Promise.withResolvers<undefined>();
  world.clb.before = async (_action, id) => (id === 'lb-other' ? look.promise : undefined);
  ask();
  world.start();
  await until(() => answers.length > 0).finally(() => look.resolve(undefined));
  expect(answers).toEqual([['WeightZero', 0]]);
});

test.each([
  ['waits, if it was made before the start', -60_000, []],
  ['does not, if it was made after it', 60_000, [['NoTarget', 10]]],
])('While a CLB of its namespace cannot be read, the deletion of a pod %s.', async (_, madeMs, expected) => {
  world.clb.addLoadBalancer('lb-other');
  world.cluster.putService(aNewService({ name: 'other', existingLoadBalancer: 'lb-other', selector: { app: 'x' } }));
  await until(() => world.cluster.recordOf('lb-other') !== undefined);
  await passing(world.stop());
  const refused = apiError('refused', 'UnauthorizedOperation', 'not allowed');
  world.clb.fail = (_action, id) => (id === 'lb-other' ? refused : undefined);
  world.start();
  await passMs(3_000);
  world.cluster.putPod(aPod({ name: 'late', ip: '10.0.0.9', createdAtMs: Date.now() + madeMs, labels: {} }));
  world.cluster.changePod('shop/late', { heldDeletion: { sinceMs: Date.now(), answer: undefined } });
  await passMs(5_000);
  expect(answers).toEqual(expected);
});

test.each<[string, Partial<ServiceFacts>]>([
  ['as before', {}],
  ['others now', { selector: { app: 'other' } }],
])(
  'A pod that is younger than the lead waits while its CLB is not found for a moment; its Service selects %s.',
  async (_, change) => {
    await passMs(30_000);
    world.cluster.putPod(aPod({ name: 'late', ip: '10.0.0.9', createdAtMs: Date.now() }));
    const weight = () => (world.clb.balancers.has(clbId) ? world.clb.picture(clbId)['80/10.0.0.9:8080'] : undefined);
    await until(() => world.cluster.gateOf('shop/late').startsWith('True'));
    notFound(1);
    if (Object.keys(change).length > 0) world.cluster.changeService('shop/web', change);
    else world.cluster.changePod('shop/web-2', { containersReady: false });
    await until(() => world.state?.of(clbId)?.phase === 'absent');
    const seen: (number | undefined)[] = [];
    const { cluster } = world;
    const answer = cluster.answer.bind(cluster);
    cluster.answer = async (pod, given) => {
      if (pod.name === 'late') seen.push(weight());
      return answer(pod, given);
    };
    world.cluster.changePod('shop/late', { heldDeletion: { sinceMs: Date.now(), answer: undefined } });
    await until(() => seen.length > 0);
    expect(seen).toEqual([0]);
  },
);
