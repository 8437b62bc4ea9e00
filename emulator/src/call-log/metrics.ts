import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Health } from '../state/model.ts';
import { targetsOf } from '../state/place.ts';
import type { Store } from '../state/store.ts';
import type { Call, HealthChange } from './entries.ts';
import type { CountedTarget } from './connection-counts.ts';

/** Counters of everything, as Prometheus reads them. */
export interface Metrics {
  call(call: Call): void;
  health(change: HealthChange): void;
  connected(target: CountedTarget, count: number): void;
  faultHit: (name: string, kind: string) => void;
  render(): Promise<string>;
  readonly contentType: string;
}

const healths: readonly Health[] = ['Unknown', 'Alive', 'Dead', 'Close'];

function watchTargets(store: Store, registers: Registry[]): void {
  const gauge = new Gauge({
    name: 'clb_emulator_targets',
    help: 'Bound targets by load balancer and health.',
    labelNames: ['load_balancer', 'health'],
    registers,
    collect() {
      gauge.reset();
      for (const loadBalancer of store.loadBalancers.values()) {
        const targets = targetsOf(loadBalancer);
        for (const health of healths) {
          const count = targets.filter((target) => target.health === health).length;
          gauge.set({ load_balancer: loadBalancer.id, health }, count);
        }
      }
    },
  });
}

function countCalls(registers: Registry[]) {
  const calls = new Counter({
    name: 'clb_emulator_calls_total',
    help: 'API calls by action, load balancer (when the call names one) and result: OK or an error code.',
    labelNames: ['action', 'load_balancer', 'result'],
    registers,
  });
  const seconds = new Histogram({
    name: 'clb_emulator_call_seconds',
    help: 'How long calls took.',
    labelNames: ['action'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    registers,
  });
  const targets = new Histogram({
    name: 'clb_emulator_call_targets',
    help: 'How many targets a write named.',
    labelNames: ['action'],
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    registers,
  });
  return ({ action, loadBalancerId, code, atMs, endMs, write, targets: count }: Call) => {
    calls.inc({ action, load_balancer: loadBalancerId ?? '', result: code ?? 'OK' });
    seconds.observe({ action }, (endMs - atMs) / 1000);
    if (write && count > 0) targets.observe({ action }, count);
  };
}

function countHealth(registers: Registry[]) {
  const changes = new Counter({
    name: 'clb_emulator_health_changes_total',
    help: 'Changes of the health of targets.',
    labelNames: ['load_balancer', 'from', 'to'],
    registers,
  });
  const aliveSeconds = new Histogram({
    name: 'clb_emulator_target_alive_seconds',
    help: 'Time from the registration of a target to its first Alive.',
    labelNames: ['load_balancer'],
    buckets: [0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120],
    registers,
  });
  return ({ loadBalancerId, from, to, msToAlive }: HealthChange) => {
    changes.inc({ load_balancer: loadBalancerId, from, to });
    if (msToAlive !== null) aliveSeconds.observe({ load_balancer: loadBalancerId }, msToAlive / 1000);
  };
}

/** Makes the counters, in a registry of their own. */
export function createMetrics(store: Store): Metrics {
  const registry = new Registry();
  const registers = [registry];
  watchTargets(store, registers);
  const connections = new Counter({
    name: 'clb_emulator_connections_total',
    help: 'New connections of targets; requests on HTTP and HTTPS listeners.',
    labelNames: ['load_balancer', 'listener', 'target'],
    registers,
  });
  const hits = new Counter({
    name: 'clb_emulator_fault_hits_total',
    help: 'How often faults have struck.',
    labelNames: ['fault', 'kind'],
    registers,
  });
  return {
    call: countCalls(registers),
    health: countHealth(registers),
    connected({ loadBalancerId, listenerId, ip, port }, count) {
      connections.inc({ load_balancer: loadBalancerId, listener: listenerId, target: `${ip}:${port}` }, count);
    },
    faultHit: (fault, kind) => hits.inc({ fault, kind }),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
