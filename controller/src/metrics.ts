import { Gauge, Histogram, type Registry } from 'prom-client';
import type { Board } from './engine/board.ts';

export interface ControllerMetrics {
  readonly gateOpened: (waitedMs: number) => void;
  readonly leading: (isLeading: boolean) => void;
}

/** Metrics that only the controller has; queues, CLB calls and API server calls bring their own. */
export function controllerMetrics(registry: Registry, board: () => Board | undefined): ControllerMetrics {
  const opened = new Histogram({
    name: 'gate_open_seconds',
    help: 'From ContainersReady to the gate being opened.',
    buckets: [0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600],
    registers: [registry],
  });
  const leading = new Gauge({ name: 'leading', help: '1 while this replica holds the lease.', registers: [registry] });
  new Gauge({
    name: 'targets',
    help: 'Targets as last seen, by CLB and health.',
    labelNames: ['load_balancer', 'health'],
    registers: [registry],
    collect() {
      this.reset();
      for (const sight of board()?.sights() ?? []) {
        for (const { health } of sight.targets.values())
          this.inc({ load_balancer: sight.loadBalancerId, health: health ?? 'unseen' });
      }
    },
  });
  return {
    gateOpened: (waitedMs) => opened.observe(waitedMs / 1000),
    leading: (isLeading) => leading.set(isLeading ? 1 : 0),
  };
}
