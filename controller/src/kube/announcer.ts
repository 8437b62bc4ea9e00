import type { EventRecorder } from '@clb-direct/shared/kube/events/event-recorder.ts';
import type { Announcer } from '../core/ports.ts';

/** Tells people through Kubernetes Events. */
export function createAnnouncer(recorder: EventRecorder): Announcer {
  const about = (kind: string, { namespace, name, uid }: { namespace: string; name: string; uid: string }) => ({
    apiVersion: 'v1',
    kind,
    namespace,
    name,
    uid,
  });
  return {
    aboutPod: (pod, announcement) => recorder.record({ regarding: about('Pod', pod), ...announcement }),
    aboutService: (service, announcement) => recorder.record({ regarding: about('Service', service), ...announcement }),
  };
}
