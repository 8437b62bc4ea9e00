import type { GateCondition } from '@clb-direct/shared/domain/gate.ts';
import type { PodView, ServiceView } from './views.ts';

/** What the loops see of the cluster: caches that have synced. */
export interface ClusterView {
  pod(key: string): PodView | undefined;
  pods(): Iterable<PodView>;
  podsIn(namespace: string): readonly PodView[];
  podsAt(ip: string): readonly PodView[];
  services(): readonly ServiceView[];
  service(key: string): ServiceView | undefined;
  servicesIn(namespace: string): readonly ServiceView[];
  /** TKE's own service controller looks present. */
  tkePresent(): boolean;
}

export interface ClusterChange {
  readonly pods: (now: PodView | undefined, before: PodView | undefined) => void;
  readonly services: (now: ServiceView | undefined, before: ServiceView | undefined) => void;
  readonly tke: () => void;
}

export interface GateWriter {
  /** Writes one condition, provided that the pod is still the one with this UID; a pod that is gone is no error. */
  write(pod: PodView, condition: GateCondition, signal: AbortSignal): Promise<void>;
}

export interface ServiceWriter {
  /** Adds or removes the finalizer and the record of CLBs. */
  record(
    service: ServiceView,
    loadBalancers: readonly string[],
    finalizer: boolean,
    signal: AbortSignal,
  ): Promise<void>;
  /** Tells clients where to go: status.loadBalancer. */
  tell(service: ServiceView, addresses: readonly string[], signal: AbortSignal): Promise<void>;
}

export interface Announcement {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Said at most so often about one object, whatever the words: for what stays as it is until somebody finds the time. */
  readonly atMostEveryMs?: number;
}

/** Events that people see with `kubectl describe`. */
export interface Announcer {
  aboutPod(pod: PodView, announcement: Announcement): void;
  aboutService(service: ServiceView, announcement: Announcement): void;
}
