import { expect, test } from '@jest/globals';
import { createRandom } from '../runtime/random.ts';
import { makeListener, makeLoadBalancer, makeRule } from '../testing/test-listeners.ts';
import { newId } from './ids.ts';
import { createStore } from './store.ts';

test('a new id is none that a load balancer, a listener or a rule has', () => {
  const store = createStore();
  const again = (prefix: 'lb' | 'lbl' | 'loc') => newId(prefix, { store, random: createRandom(7) });
  const rule = makeRule('a.example', { id: again('loc') });
  const listener = makeListener({ protocol: 'HTTP', port: 80, id: again('lbl'), rules: [rule] });
  const loadBalancer = { ...makeLoadBalancer('198.51.100.1'), id: again('lb'), listeners: [listener] };
  store.putLoadBalancer(loadBalancer);
  expect(again('lb')).not.toBe(loadBalancer.id);
  expect(again('lbl')).not.toBe(listener.id);
  expect(again('loc')).not.toBe(rule.id);
});
