import { expect, test } from '@jest/globals';
import { createStore } from '../state/store.ts';
import { makeListener, makeLoadBalancer, makeRule, makeTarget } from '../testing/test-listeners.ts';
import { describeState } from './describe-state.ts';

test('The state shows the targets of listeners, and those of rules with their domain and URL.', () => {
  const store = createStore();
  const loadBalancer = makeLoadBalancer('198.51.100.10');
  store.putLoadBalancer(loadBalancer);
  const [one, other] = [makeTarget('10.0.0.1', 80, 10), makeTarget('10.0.0.2', 80, 10)];
  store.addListener(loadBalancer, makeListener({ protocol: 'TCP', port: 80, targets: [one] }));
  const rules = [makeRule('a.example', { url: '/x', targets: [other] })];
  store.addListener(loadBalancer, makeListener({ protocol: 'HTTP', port: 8080, rules }));
  expect(describeState(store).loadBalancers[0]?.listeners).toMatchObject([
    { port: 80, targets: [{ ip: '10.0.0.1' }], rules: [] },
    { port: 8080, targets: [], rules: [{ domains: ['a.example'], url: '/x', targets: [{ ip: '10.0.0.2' }] }] },
  ]);
});
