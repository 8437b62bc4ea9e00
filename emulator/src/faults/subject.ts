import type { BoundTarget } from '../state/place.ts';
import type { Selection } from './definition/fault.ts';

/** What a call or a probe is about. */
export interface Subject {
  action?: string;
  secretId?: string;
  loadBalancerIds: readonly string[];
  listenerIds: readonly string[];
  targets: readonly { ip: string; port?: number | undefined }[];
}

/** Nothing wanted matches everything. */
const fits = <T>(wanted: T | undefined, has: T | undefined) => wanted === undefined || wanted === has;
const isAmong = (wanted: string | undefined, has: readonly string[]) => wanted === undefined || has.includes(wanted);

function isTarget({ ip, port }: Selection, { targets }: Subject): boolean {
  if (ip === undefined && port === undefined) return true;
  return targets.some((target) => fits(ip, target.ip) && fits(port, target.port));
}

/** Whether a fault is about this. */
export function isAbout(selection: Selection, subject: Subject): boolean {
  const { action, secretId, loadBalancerId, listenerId } = selection;
  return (
    fits(action, subject.action) &&
    fits(secretId, subject.secretId) &&
    isAmong(loadBalancerId, subject.loadBalancerIds) &&
    isAmong(listenerId, subject.listenerIds) &&
    isTarget(selection, subject)
  );
}

/** A probe as faults see it. */
export function subjectOfProbe({ loadBalancer, listener, target }: BoundTarget): Subject {
  return { loadBalancerIds: [loadBalancer.id], listenerIds: [listener.id], targets: [target] };
}
