import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Reporter } from '../core/model/cluster-port.ts';

/** More objects than have something to say at once; the oldest is forgotten then, and may be reported again. */
const most = 10_000;

/** Passes on what is new: every run of a loop reports what stands in its way, but people want to hear it once in a while. */
export function pacedReporter(reporter: Reporter, options: { repeatMs: number; nowMs: () => number }): Reporter {
  const reportedAtMs = new Map<string, number>();
  const isNews = (uid: string, { reason, message, repeatMs }: Finding): boolean => {
    const key = repeatMs === undefined ? `${uid} ${reason} ${message}` : `${uid} ${reason}`;
    const nowMs = options.nowMs();
    if (nowMs - (reportedAtMs.get(key) ?? -Infinity) < (repeatMs ?? options.repeatMs)) return false;
    reportedAtMs.delete(key);
    reportedAtMs.set(key, nowMs);
    const [oldest] = reportedAtMs.keys();
    if (reportedAtMs.size > most && oldest !== undefined) reportedAtMs.delete(oldest);
    return true;
  };
  return {
    aboutPod: (pod, finding) => {
      if (isNews(pod.uid, finding)) reporter.aboutPod(pod, finding);
    },
    aboutOwner: (owner, finding) => {
      if (isNews(owner.uid, finding)) reporter.aboutOwner(owner, finding);
    },
  };
}
