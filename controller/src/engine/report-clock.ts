import { clockSkewed } from '@clb-direct/shared/domain/clock-skew.ts';
import type { ClusterClock, ClusterView, Reporter } from '../core/model/cluster-port.ts';

interface ReportClockOptions {
  readonly clock: ClusterClock;
  /** Key of the pod that runs this. */
  readonly ownPod: string;
  readonly reporter: Reporter;
}

/** Reports a clock that is off, about the controller's own pod. A process outside the cluster has none. */
export function reportClock(cluster: Pick<ClusterView, 'pod'>, { clock, ownPod, reporter }: ReportClockOptions): void {
  const pod = cluster.pod(ownPod);
  const finding = pod && clockSkewed(pod.name, clock.offsetMs());
  if (pod !== undefined && finding !== undefined) reporter.aboutPod(pod, finding);
}
