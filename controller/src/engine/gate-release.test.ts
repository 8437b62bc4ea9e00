import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { defaultGateType } from '@clb-direct/shared/domain/gate.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

const limits = { seenBeforeMs: 50, neverSeenMs: 50 };
let world: World;
const gate = () => world.cluster.gateOf('shop/web-1');

/** A pod that waits, because the CLB's health check does not pass. */
beforeEach(async () => {
  world = new World();
  world.clb.firstHealth = 'Dead';
  world.cluster.putService(aNewService());
  world.cluster.putPod(aPod());
  world.start({ absence: limits });
  await until(() => gate() === 'False LoadBalancerNotReady' && '80/10.0.0.1:8080' in world.clb.picture(clbId));
});
afterEach(async () => passing(world.stop()));

describe('A pod that waits at its gate is released with a reason', () => {
  test('when its Service is deleted.', async () => {
    world.cluster.deleteService('shop/web');
    await until(() => gate() === 'True NoLoadBalancerSelectsPod');
  });

  test('when its Service selects it no more.', async () => {
    world.cluster.changeService('shop/web', { selector: { app: 'other' } });
    await until(() => gate() === 'True NoLoadBalancerSelectsPod');
  });

  test('when its Service is ours no more.', async () => {
    world.cluster.changeService('shop/web', { managed: 'false' });
    await until(() => gate() === 'True NoLoadBalancerSelectsPod');
  });

  test('when its Service is skipped.', async () => {
    world.cluster.changeService('shop/web', { annotations: { [annotation.mode]: 'skip' } });
    await until(() => gate() === 'True Skipped');
  });

  test('when the CLB is gone for so long that it counts as deleted.', async () => {
    world.clb.balancers.delete(clbId);
    for (let look = 0; !gate().startsWith('True') && look < 200; look += 1) {
      world.cluster.changeService('shop/web', { healthCheck: look % 2 === 0 ? 'on' : undefined });
      await passMs(25);
    }
    expect(gate()).toBe('True LoadBalancerGone');
  });

  test('when its Service says for how long a gate may wait.', async () => {
    world.cluster.changeService('shop/web', { annotations: { [annotation.gateWaitLimit]: '1' } });
    await until(() => gate() === 'True LoadBalancerWaitLimitReached');
  });
});

test('A pod waits on while the CLB only does not answer.', async () => {
  world.clb.before = (action) => {
    if (action === 'describeListeners') throw new Error('no answer');
  };
  await passMs(300);
  expect(gate()).toBe('False LoadBalancerNotReady');
});

describe("Beside TKE's own controller, whose gates have the same type,", () => {
  const waits = { settleMs: 20, onWaitLimit: 'hold', waitLimitMs: 60_000, tellAfterMs: 30_000 } as const;
  const policy = { gateType: defaultGateType, ...waits };
  /** Long after a pod that nobody serves is released. */
  const gateAfter = async (annotations: Readonly<Record<string, string>>) => {
    await passing(world.stop());
    world.cluster.hasTke = true;
    const asked = { managed: 'false', directAccess: 'true', annotations, selector: { app: 'tkes' } };
    world.cluster.putService(aNewService({ name: 'tkes', ...asked }));
    world.cluster.putPod(aPod({ name: 'tkes-1', ip: '10.0.0.9', labels: { app: 'tkes' } }));
    world.start({ policy });
    await passMs(2_000);
    return world.cluster.gateOf('shop/tkes-1');
  };

  test('a pod of a Service that is not to be served by clb-direct waits for TKE.', async () => {
    expect(await gateAfter({})).toBe('unset');
  });

  test('a pod of one that TKE is to leave alone too waits for nobody.', async () => {
    expect(await gateAfter({ [annotation.tkeMode]: 'skip' })).toBe('True NoLoadBalancerSelectsPod');
  });
});
