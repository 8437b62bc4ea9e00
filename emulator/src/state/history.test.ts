import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createTestClock } from '../testing/test-clock.ts';
import { makeListener, makeLoadBalancer } from '../testing/test-listeners.ts';
import { recordHistory } from './history.ts';
import { createStore } from './store.ts';

test('a history tells what was at a time, and what was gone or not there yet', async () => {
  const clock = createTestClock();
  const store = createStore();
  const old = makeLoadBalancer('198.51.100.1');
  store.putLoadBalancer(old);
  const startMs = clock.now();
  const history = recordHistory({ store, clock, keepMs: 1000 });

  clock.advance(100);
  store.addListener(old, makeListener({ protocol: 'TCP', port: 80 }));
  store.putLoadBalancer({ ...makeLoadBalancer('198.51.100.2'), id: 'lb-2' });
  await turn();
  clock.advance(100);
  store.removeLoadBalancer(old);
  await turn();

  const tell = (ms: number) => [...history.at(ms)].map(([id, { listeners }]) => `${id} ${listeners.length}`);
  expect(tell(startMs - 1)).toEqual(['lb-1 0']);
  expect(tell(startMs + 99)).toEqual(['lb-1 0']);
  expect(tell(startMs + 100)).toEqual(['lb-1 1', 'lb-2 0']);
  expect(tell(startMs + 200)).toEqual(['lb-2 0']);

  history.end();
  clock.advance(100);
  store.changeLoadBalancer([...store.loadBalancers.values()][0] ?? old, { name: 'later' });
  await turn();
  expect([...history.at(clock.now()).values()].map(({ name }) => name)).toEqual(['one']);
});
