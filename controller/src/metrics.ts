import { counter, gauge, histogram, onScrape } from '@clb-direct/shared/runtime/metrics.ts';
import type { Registry } from 'prom-client';
import { daysLeft } from './core/model/certificate.ts';
import type { ClusterView } from './core/model/cluster-port.ts';
import { boundTargets } from './core/model/observed.ts';
import { isLiving } from './core/model/owner-view.ts';
import { hasClosedGate, type PodView } from './core/model/pod-view.ts';
import type { ObservedState } from './engine/observed-state.ts';

/** What the leading replica knows; nothing while another one leads. */
interface Live {
  readonly state: ObservedState | undefined;
  readonly cluster: ClusterView | undefined;
}

export interface ControllerMetrics {
  readonly gateOpened: (waitedMs: number) => void;
  readonly changeUndone: (what: string) => void;
  readonly unneeded: (unneeded: { readonly loadBalancers: number; readonly listeners: number }) => void;
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
  showWithheld(registry, live);
  showClosedGates(registry, live);
  showUngated(registry, live);
  showCertificateEnds(registry, live);
  const undone = counter(registry, {
    name: 'undone_changes_total',
    help: 'Changes of other writers at our listeners that were undone, by what was changed.',
    labelNames: ['what'],
  });
  const unneeded = gauge(registry, {
    name: 'unneeded_load_balancers',
    help: 'CLBs with the tags of this cluster that belong to no record.',
    labelNames: [],
  });
  const unneededListeners = gauge(registry, {
    name: 'unneeded_listeners',
    help: 'Listeners that this cluster made, of owners that neither live nor stand in a record.',
    labelNames: [],
  });
  return {
    unneeded: ({ loadBalancers, listeners }) => {
      unneeded.set(loadBalancers);
      unneededListeners.set(listeners);
    },
    gateOpened: (waitedMs) => opened.observe(waitedMs / 1000),
    changeUndone: (what) => undone.inc({ what }),
  };
}

function showTargets(registry: Registry, live: Live): void {
  const targets = gauge(registry, {
    name: 'targets',
    help: 'Targets as last seen, by CLB and health.',
    labelNames: ['load_balancer', 'health'],
  });
  onScrape(targets, () => {
    targets.reset();
    for (const { id, observed } of live.state?.all() ?? []) {
      for (const { health } of observed === undefined ? [] : boundTargets(observed)) {
        targets.inc({ load_balancer: id, health: health ?? 'unseen' });
      }
    }
  });
}

function showWithheld(registry: Registry, live: Live): void {
  const withheld = gauge(registry, {
    name: 'withheld_removals',
    help: 'Targets that stay because taking them off would leave too little, by CLB.',
    labelNames: ['load_balancer'],
  });
  onScrape(withheld, () => {
    withheld.reset();
    // Anybody may name CLBs that there are not, as many as they like, and each would be a series.
    for (const { id, phase, withheldRemovals = 0 } of live.state?.all() ?? []) {
      if (phase === 'seen') withheld.set({ load_balancer: id }, withheldRemovals);
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

function showUngated(registry: Registry, live: Live): void {
  const ungated = gauge(registry, {
    name: 'pods_without_gate',
    help: 'Pods that a Service of ours selects and that have no gate, although the webhook gives one to such pods.',
    labelNames: [],
  });
  onScrape(ungated, () => {
    const { cluster } = live;
    const pods = cluster === undefined ? [] : [...cluster.pods()].filter((pod) => pod.ungated && !isOver(pod));
    ungated.set(pods.filter((pod) => isOursToServe(pod, cluster)).length);
  });
}

/** Of the Secrets of owners of ours alone: nobody else's are watched. */
function showCertificateEnds(registry: Registry, live: Live): void {
  const left = gauge(registry, {
    name: 'tls_secret_days_left',
    help: 'Days until the certificate of a kubernetes.io/tls Secret that is in use ends.',
    labelNames: ['namespace', 'secret'],
  });
  onScrape(left, () => {
    left.reset();
    const { cluster } = live;
    const owners = cluster === undefined ? [] : [...cluster.owners()];
    const served = owners.filter((owner) => isLiving(owner, cluster?.tkePresent() === true));
    for (const one of served.flatMap(({ certificates = [] }) => certificates)) {
      left.set({ namespace: one.secret.namespace, secret: one.secret.name }, daysLeft(one, Date.now()));
    }
  });
}

function isOver({ ending, finished }: PodView): boolean {
  return ending || finished;
}

function isOursToServe(pod: PodView, cluster: ClusterView | undefined): boolean {
  return cluster?.ownersSelecting(pod).some((owner) => isLiving(owner, cluster.tkePresent())) === true;
}
