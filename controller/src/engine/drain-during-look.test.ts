import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';
import { FakeClb } from '../testing/fake-clb.ts';

inVirtualTime();

type Read = 'describeLoadBalancer' | 'describeListeners' | 'describeTargets' | 'describeHealth';

/** Its reads of one kind may never answer; the client gives such a call up after 30 s. */
class HangingClb extends FakeClb {
  hangs: Read | undefined;
  /** Reads that begin now answer after so long. */
  slowMs = 0;

  protected override async enter(...[action, id, signal]: Parameters<FakeClb['enter']>): Promise<void> {
    if (action === this.hangs) await waited(30_000, signal);
    if (action === this.hangs) throw new Error('no answer in time');
    if (action.startsWith('describe')) await waited(this.slowMs, signal);
    await super.enter(action, id, signal);
  }
}

/** As the client: it ends as soon as nobody waits for the answer. */
async function waited(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0) return;
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([aborted, new Promise((resolve) => setTimeout(resolve, ms))]);
  signal.throwIfAborted();
}

const resyncMs = 60_000;
let clb: HangingClb;
let world: World;
beforeEach(() => {
  clb = new HangingClb();
  clb.firstHealth = 'Alive';
  world = new World(clb);
});
afterEach(async () => passing(world.stop()));

const numbers = [1, 2, 3, 4, 5];
const end = (number: number) => world.cluster.changePod(`shop/web-${number}`, { ending: true });
const weightOf = (number: number, id = clbId) => clb.picture(id)[`80/10.0.0.${number}:8080`];

async function started(): Promise<void> {
  for (const number of numbers) world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` }));
  world.cluster.putService(aNewService());
  world.start({ resyncMs });
  await until(() => numbers.every((number) => world.cluster.gateOf(`shop/web-${number}`).startsWith('True')));
  await passMs(1_000);
}

/** Until a look at intervals waits for an answer. */
async function untilLook(): Promise<void> {
  let asked = 0;
  clb.before = (action) => {
    if (action === 'describeLoadBalancer') asked += 1;
  };
  await until(() => asked > 0, 2 * resyncMs);
}

test.each(['describeListeners', 'describeTargets', 'describeHealth'] as const)(
  'A pod that ends during a look gets its weight 0 while %s does not answer.',
  async (read) => {
    await started();
    clb.hangs = read;
    await untilLook();
    await passMs(1_000);
    end(1);
    await until(() => weightOf(1) === 0, 1_000);
  },
);

test('Each of several pods that end one after the other does, and the looks end when they can.', async () => {
  await started();
  clb.hangs = 'describeHealth';
  await untilLook();
  for (const number of [1, 2, 3, 4]) {
    await passMs(3_000);
    end(number);
    await until(() => weightOf(number) === 0, 9_000);
  }
  clb.hangs = undefined;
  world.cluster.putPod(aPod({ name: 'web-6', ip: '10.0.0.6' }));
  await until(() => weightOf(6) === 10, 45_000);
});

test('A look that answers soon is not cut for a pod that ends meanwhile: it costs no read more.', async () => {
  await started();
  clb.slowMs = 100;
  await untilLook();
  let looks = 0;
  clb.before = (action) => {
    if (action === 'describeTargets') looks += 1;
  };
  end(1);
  await until(() => weightOf(1) === 0, 1_000);
  await passMs(2_000);
  expect(looks).toBe(1);
});

test('Looks that hang leave the places of drains to others of their namespace.', async () => {
  const ids = Array.from({ length: 12 }, (_, index) => `lb-many${index}`);
  for (const id of ids) clb.addLoadBalancer(id);
  for (const [index, id] of ids.entries()) {
    const labels = { app: id };
    for (const part of [1, 2]) {
      world.cluster.putPod(aPod({ name: `${id}-${part}`, ip: `10.0.${index}.${part}`, labels }));
    }
    world.cluster.putService(aNewService({ name: id, uid: `uid-${id}`, existingLoadBalancer: id, selector: labels }));
  }
  world.start({ resyncMs });
  const weights = (part: number) => ids.map((id, index) => clb.picture(id)[`80/10.0.${index}.${part}:8080`]);
  await until(() => weights(1).every((weight) => weight === 10));
  await passMs(5_000);
  clb.hangs = 'describeTargets';
  await passMs(resyncMs);
  for (const id of ids) world.cluster.changePod(`shop/${id}-1`, { ending: true });
  await until(() => weights(1).every((weight) => weight === 0), 10_000);
});
