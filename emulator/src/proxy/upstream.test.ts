import { expect, test } from '@jest/globals';
import { keyOf } from './choose.ts';
import type { Pool, ProxyTarget } from './config.ts';
import { createTakenCount } from './taken.ts';
import { startEcho } from './testing/targets.ts';
import { createUpstream, defaultProxySettings } from './upstream.ts';

const poolOf = (...eligible: ProxyTarget[]): Pool => ({
  ...{ id: 'loc-1', scheduler: 'WRR', sessionS: 0, eligible },
  bound: eligible.map(keyOf),
});
const plain = { isTls: false, add: (_: ProxyTarget, socket: unknown) => socket, take: () => undefined };

test('a target that goes while it is connected to is not used', async () => {
  const [going, staying] = [await startEcho(), await startEcho()];
  const upstream = createUpstream(poolOf(going.target, staying.target), defaultProxySettings, createTakenCount());
  const connecting = upstream.connect({ ip: '192.0.2.1' }, plain);
  upstream.update(poolOf(staying.target));
  expect((await connecting)?.target.port).toBe(staying.target.port);
  await Promise.all([going.stop(), staying.stop()]);
});
