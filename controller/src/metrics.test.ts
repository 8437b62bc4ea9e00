import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { unseen } from './core/model/balancer-state.ts';
import { targetKey } from './core/model/target.ts';
import type { PodView } from './core/model/pod-view.ts';
import { emptyMemory } from './core/plan/memory.ts';
import { ObservedState } from './engine/observed-state.ts';
import { controllerMetrics } from './metrics.ts';
import { aListener, anObserved, aPod, aService, aTarget } from './testing/builders.ts';
import { anIngress } from './testing/ingress-builders.ts';
import { FakeCluster } from './testing/fake-cluster.ts';

test('A scrape shows the targets by health and the pods whose gate is closed.', async () => {
  const registry = new Registry();
  const state = new ObservedState();
  const targets = [1, 2, 3].map((number) => aTarget({ ip: `10.0.0.${number}` }));
  const health = new Map(
    targets.map((target) => [targetKey(target), target.ip === '10.0.0.3' ? 'Dead' : 'Alive'] as const),
  );
  const observed = anObserved({ listeners: [aListener()], targets, health });
  state.set({ ...unseen('lb-one'), observed }, emptyMemory);
  const cluster = new FakeCluster();
  cluster.putPod(aPod({ key: 'shop/waits', name: 'waits', gate: 'unset' }));
  cluster.putPod(aPod({ key: 'shop/starts', name: 'starts', gate: 'unset', containersReady: false }));
  cluster.putPod(aPod({ key: 'shop/none', name: 'none', gate: 'absent' }));
  const { gateOpened, changeUndone } = controllerMetrics(registry, { state, cluster });
  gateOpened(1_500);
  changeUndone('weight');
  changeUndone('weight');

  const text = await registry.metrics();
  expect(text).toContain('clb_direct_targets{load_balancer="lb-one",health="Alive"} 2');
  expect(text).toContain('clb_direct_targets{load_balancer="lb-one",health="Dead"} 1');
  expect(text).toContain('clb_direct_closed_gates 1');
  expect(text).toContain('clb_direct_gate_open_seconds_sum 1.5');
  expect(text).toContain('clb_direct_undone_changes_total{what="weight"} 2');
});

test('Removals that are withheld are counted by CLB, and are none again when they go.', async () => {
  const registry = new Registry();
  const state = new ObservedState();
  controllerMetrics(registry, { state, cluster: undefined });
  const seen = { ...unseen('lb-one'), phase: 'seen' as const };
  state.set({ ...seen, withheldRemovals: 3 }, emptyMemory);
  expect(await registry.metrics()).toContain('clb_direct_withheld_removals{load_balancer="lb-one"} 3');
  state.set(seen, emptyMemory);
  expect(await registry.metrics()).toContain('clb_direct_withheld_removals{load_balancer="lb-one"} 0');
});

test('A CLB that somebody names and nobody has ever seen is no series.', async () => {
  const registry = new Registry();
  const state = new ObservedState();
  controllerMetrics(registry, { state, cluster: undefined });
  state.set(unseen('lb-invented'), emptyMemory);
  expect(await registry.metrics()).not.toContain('lb-invented');
});

test('A replica that does not lead shows nothing of the CLBs.', async () => {
  const registry = new Registry();
  controllerMetrics(registry, { state: undefined, cluster: undefined });
  expect(await registry.metrics()).not.toContain('clb_direct_targets{');
});

test('Pods without a gate are counted where a Service of ours selects them and they should have one.', async () => {
  const registry = new Registry();
  const cluster = new FakeCluster();
  cluster.putService(aService());
  const pod = (name: string, overrides: Partial<PodView>) =>
    aPod({ key: `shop/${name}`, name, gate: 'absent', ungated: true, ...overrides });
  cluster.putPod(pod('counts', {}));
  cluster.putPod(pod('gated', { gate: 'unset', ungated: false }));
  cluster.putPod(pod('ends', { ending: true }));
  cluster.putPod(pod('alone', { labels: { app: 'other' } }));
  controllerMetrics(registry, { state: new ObservedState(), cluster });
  expect(await registry.metrics()).toContain('clb_direct_pods_without_gate 1');
  cluster.changeService('shop/web', { managed: 'false' });
  expect(await registry.metrics()).toContain('clb_direct_pods_without_gate 0');
});

test('The days left of the certificates of Secrets are shown while an Ingress of ours names them.', async () => {
  const registry = new Registry();
  const cluster = new FakeCluster();
  cluster.pairs.put('cert', 'one', { daysLeft: 12.5 });
  cluster.ingresses.put(anIngress({ tls: [{ hosts: [], secretName: 'cert' }] }));
  controllerMetrics(registry, { state: new ObservedState(), cluster });
  const name = 'clb_direct_tls_secret_days_left';
  expect(await registry.metrics()).toMatch(new RegExp(`${name}[{]namespace="shop",secret="cert"[}] 12[.](5|49)`));
  cluster.ingresses.change('shop/site', { className: 'nginx' });
  expect(await registry.metrics()).not.toContain(`${name}{`);
});
