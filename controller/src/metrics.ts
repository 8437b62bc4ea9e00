import { gauge, histogram, onScrape } from '@clb-direct/shared/runtime/metrics.ts';
import type { Registry } from 'prom-client';
import type { ClusterView } from './core/ports.ts';
import { hasClosedGate } from './core/wakes.ts';
import type { Board } from './engine/board.ts';

/** What the leading replica knows; nothing while another one leads. */
interface Live {
  readonly board: Board | undefined;
  readonly cluster: ClusterView | undefined;
}

export interface ControllerMetrics {
  readonly gateOpened: (waitedMs: number) => void;
}

/** Metrics that only the controller has; queues, CLB calls and API server calls bring their own. */
export function controllerMetrics(registry: Registry, live: Live): ControllerMetrics {
  const opened = histogram(registry, {
    name: 'gate_open_seconds',
    help: 'From ContainersReady to the gate being opened.',
    labelNames: [],
    buckets: [0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600],
  });
  showTargets(registry, live);
  showClosedGates(registry, live);
  return { gateOpened: (waitedMs) => opened.observe(waitedMs / 1000) };
}

function showTargets(registry: Registry, live: Live): void {
  const targets = gauge(registry, {
    name: 'targets',
    help: 'Targets as last seen, by CLB and health.',
    labelNames: ['load_balancer', 'health'],
  });
  onScrape(targets, () => {
    targets.reset();
    for (const sight of live.board?.sights() ?? []) {
      for (const { health } of sight.targets.values()) {
        targets.inc({ load_balancer: sight.loadBalancerId, health: health ?? 'unseen' });
      }
    }
  });
}

function showClosedGates(registry: Registry, live: Live): void {
  const closed = gauge(registry, {
    name: 'closed_gates',
    help: 'Pods whose containers are ready and whose gate is closed.',
    labelNames: [],
  });
  onScrape(closed, () => {
    const pods = [...(live.cluster?.pods() ?? [])];
    closed.set(pods.filter((pod) => pod.containersReady && !pod.ending && hasClosedGate(pod)).length);
  });
}
