import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { emptyMemory } from './core/memory.ts';
import { emptySight } from './core/sight.ts';
import { Board } from './engine/board.ts';
import { controllerMetrics } from './metrics.ts';
import { aPod } from './testing/builders.ts';
import { FakeCluster } from './testing/fake-cluster.ts';

test('A scrape shows the targets by health and the pods whose gate is closed.', async () => {
  const registry = new Registry();
  const board = new Board();
  const seen = (health: 'Alive' | 'Dead') => ({ weight: 10, ownerUid: undefined, health });
  const targets = new Map([
    ['lbl-1/10.0.0.1:80', seen('Alive')],
    ['lbl-1/10.0.0.2:80', seen('Alive')],
    ['lbl-1/10.0.0.3:80', seen('Dead')],
  ]);
  board.see({ ...emptySight('lb-one'), targets }, emptyMemory);
  const cluster = new FakeCluster();
  cluster.putPod(aPod({ key: 'shop/waits', name: 'waits', gate: 'unset' }));
  cluster.putPod(aPod({ key: 'shop/starts', name: 'starts', gate: 'unset', containersReady: false }));
  cluster.putPod(aPod({ key: 'shop/none', name: 'none', gate: 'absent' }));
  const { gateOpened } = controllerMetrics(registry, { board, cluster });
  gateOpened(1_500);

  const text = await registry.metrics();
  expect(text).toContain('clb_direct_targets{load_balancer="lb-one",health="Alive"} 2');
  expect(text).toContain('clb_direct_targets{load_balancer="lb-one",health="Dead"} 1');
  expect(text).toContain('clb_direct_closed_gates 1');
  expect(text).toContain('clb_direct_gate_open_seconds_sum 1.5');
});

test('A replica that does not lead shows nothing of the CLBs.', async () => {
  const registry = new Registry();
  controllerMetrics(registry, { board: undefined, cluster: undefined });
  expect(await registry.metrics()).not.toContain('clb_direct_targets{');
});
