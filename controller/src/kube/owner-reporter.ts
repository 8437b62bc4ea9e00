import type { ObjectReference } from '@clb-direct/shared/kube/events/event-recorder.ts';
import type { Reporter as EventReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import type { Reporter } from '../core/model/cluster-port.ts';
import type { Owner, OwnerKind } from '../core/model/owner.ts';

/** Shows findings about pods and owners as Events and log lines. */
export function createOwnerReporter(reporter: EventReporter): Reporter {
  return {
    aboutPod: ({ namespace, name, uid }, finding, details) =>
      reporter.report({ ...finding, about: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid } }, details),
    aboutOwner: (owner, finding) => reporter.report({ ...finding, about: referenceTo(owner) }),
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
