import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { EventRecorder, ObjectReference } from '@clb-direct/shared/kube/events/event-recorder.ts';
import type { Reporter } from '../core/model/cluster-port.ts';
import type { Owner, OwnerKind } from '../core/model/owner.ts';

/** Writes every finding as a Kubernetes Event, however often it comes. */
export function createEventReporter(recorder: EventRecorder): Reporter {
  const record = (regarding: ObjectReference, { severity, reason, message }: Finding) =>
    recorder.record({ regarding, type: severity, reason, message });
  return {
    aboutPod: ({ namespace, name, uid }, finding) =>
      record({ apiVersion: 'v1', kind: 'Pod', namespace, name, uid }, finding),
    aboutOwner: (owner, finding) => record(referenceTo(owner), finding),
  };
}

const apiVersions: Readonly<Record<OwnerKind, string>> = {
  Service: 'v1',
  Ingress: 'networking.k8s.io/v1',
  Gateway: 'gateway.networking.k8s.io/v1',
};

/** Only what an Event may carry: a view of an owner holds much more. */
function referenceTo({ kind, namespace, name, uid }: Owner): ObjectReference {
  return { apiVersion: apiVersions[kind], kind, namespace, name, uid };
}
