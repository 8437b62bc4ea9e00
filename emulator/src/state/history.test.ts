import { setImmediate as nextIteration } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createTestClock } from '../testing/test-clock.ts';
import { makeListener, makeLoadBalancer } from '../testing/test-listeners.ts';
import { recordHistory } from './history.ts';
import { createStore } from './store.ts';

test('a history has the state at a time, without what was deleted or not there yet', async () => {
  const clock = createTestClock();
  const store = createStore();
  const old = makeLoadBalancer('198.51.100.1');
  store.putLoadBalancer(old);
  const startMs = clock.now();
  const history = recordHistory({ store, clock, keepMs: 1000 });

  clock.advance(100);
  store.addListener(old, makeListener({ protocol: 'TCP', port: 80 }));
  store.putLoadBalancer({ ...makeLoadBalancer('198.51.100.2'), id: 'lb-2' });
  await nextIteration();
  clock.advance(100);
  store.removeLoadBalancer(old);
  await nextIteration();

  const seenAt = (ms: number) => [...history.at(ms)].map(([id, { listeners }]) => `${id} ${listeners.length}`);
  expect(seenAt(startMs - 1)).toEqual(['lb-1 0']);
  expect(seenAt(startMs + 99)).toEqual(['lb-1 0']);
  expect(seenAt(startMs + 100)).toEqual(['lb-1 1', 'lb-2 0']);
  expect(seenAt(startMs + 200)).toEqual(['lb-2 0']);

  history.end();
  clock.advance(100);
  store.changeLoadBalancer([...store.loadBalancers.values()][0] ?? old, { name: 'later' });
  await nextIteration();
  expect([...history.at(clock.now()).values()].map(({ name }) => name)).toEqual(['one']);
});
