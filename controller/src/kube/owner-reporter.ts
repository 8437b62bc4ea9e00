import type { ObjectReference } from '@clb-direct/shared/kube/events/event.ts';
import type { Reporter as EventReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import type { Reporter } from '../core/model/cluster-port.ts';
import type { Owner } from '../core/model/owner.ts';
import { ownerKinds } from './owner-kinds.ts';

/** Shows findings about pods and owners as Events and log lines. */
export function createOwnerReporter(reporter: EventReporter): Reporter {
  return {
    aboutPod: ({ namespace, name, uid }, finding, details) =>
      reporter.report({ ...finding, about: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid } }, details),
    aboutOwner: (owner, finding) => reporter.report({ ...finding, about: referenceTo(owner) }),
  };
}

/** Only what an Event may carry: a view of an owner holds much more. */
function referenceTo({ kind, namespace, name, uid }: Owner): ObjectReference {
  return { apiVersion: ownerKinds[kind].apiVersion, kind, namespace, name, uid };
}
