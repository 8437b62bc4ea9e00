import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod } from '../testing/builders.ts';
import { FakeClb } from '../testing/fake-clb.ts';
import { apiError } from '../testing/fake-load-balancer.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

const answerMs = 10_000;

/** One CLB whose health cannot be read: the call fails at once, or without an answer after a while. */
class BlindClb extends FakeClb {
  blind: { readonly id: string; readonly hangs: boolean } | undefined;

  override async describeHealth(id: string, signal: AbortSignal) {
    await this.#see([id]);
    return super.describeHealth(id, signal);
  }

  override async describeHealths(ids: readonly string[], signal: AbortSignal) {
    const isSeen = await this.#see(ids).then(
      () => true,
      () => false,
    );
    return isSeen ? super.describeHealths(ids, signal) : { answers: [], failed: ids };
  }

  async #see(ids: readonly string[]): Promise<void> {
    if (this.blind === undefined || !ids.includes(this.blind.id)) return;
    if (this.blind.hangs) await new Promise((resolve) => setTimeout(resolve, answerMs));
    throw apiError('transient', 'InternalError', 'try again');
  }
}

let clb: BlindClb;
let world: World;
beforeEach(() => {
  clb = new BlindClb();
  world = new World(clb);
});
afterEach(async () => passing(world.stop()));

const isOpen = (pod: string) => world.cluster.gateOf(`shop/${pod}`).startsWith('True');
/** With a Service at it, and a pod that waits for health. */
function putClb(id: string, ip: string): void {
  clb.addLoadBalancer(id);
  world.cluster.putPod(aPod({ name: id, ip, labels: { app: id } }));
  world.cluster.putService(
    aNewService({ name: id, uid: `uid-${id}`, existingLoadBalancer: id, selector: { app: id } }),
  );
}

test.each([false, true])(
  'Gates open soon where health is read, while that of another CLB is not (it hangs: %s).',
  async (hangs) => {
    putClb('lb-blind', '10.0.1.1');
    putClb('lb-one', '10.0.2.1');
    putClb('lb-two', '10.0.3.1');
    world.start({ recheckMs: 1_000 });
    await until(() => clb.healthAsks.some((ids) => ids.length === 3));
    clb.blind = { id: 'lb-blind', hangs };
    await passMs(2 * answerMs);
    clb.setHealth('Alive', ({ ip }) => ip === '10.0.3.1');
    await until(() => isOpen('lb-two'), 2_000);
    clb.setHealth('Alive');
    await until(() => isOpen('lb-one'), 2_000);
    expect(isOpen('lb-blind')).toBe(false);
    await until(() => world.cluster.said('CloudUnavailable') > 0, 3 * answerMs);
    clb.blind = undefined;
    await until(() => isOpen('lb-blind'), 3 * answerMs);
  },
);

test('A CLB that answers again is asked for with the others, and none is looked at meanwhile.', async () => {
  putClb('lb-blind', '10.0.1.1');
  putClb('lb-two', '10.0.3.1');
  world.start({ recheckMs: 1_000 });
  await until(() => clb.healthAsks.some((ids) => ids.length === 2));
  await passMs(5_000);
  const looks: string[] = [];
  clb.before = (action, id) => {
    if (action === 'describeTargets') looks.push(id);
  };
  clb.blind = { id: 'lb-blind', hangs: false };
  await passMs(20_000);
  clb.blind = undefined;
  await passMs(20_000);
  const before = clb.healthAsks.length;
  await until(() => clb.healthAsks.slice(before).some((ids) => ids.length === 2), 2_000);
  expect(looks.filter((id) => id === 'lb-two')).toEqual([]);
});

test('What hangs is asked for a few at once only.', async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `lb-many${index}`);
  for (const [index, id] of ids.entries()) putClb(id, `10.0.${index}.1`);
  world.start({ recheckMs: 1_000 });
  await until(() => clb.healthAsks.some((some) => some.length === 20));
  let [now, most] = [0, 0];
  const hanging = async () => {
    most = Math.max(most, (now += 1));
    await new Promise((resolve) => setTimeout(resolve, answerMs));
    now -= 1;
  };
  clb.describeHealths = async (some) => {
    await hanging();
    return { answers: [], failed: some };
  };
  await passMs(60_000);
  expect(most).toBe(4);
});
