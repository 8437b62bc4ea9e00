import { registrationName } from '@clb-direct/shared/domain/names.ts';
import type { EventRecorder, ObjectReference } from '@clb-direct/shared/kube/events/event-recorder.ts';
import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { otherWriters } from '../owned-objects/repair/other-writers.ts';
import type { Sight } from '../owned-objects/owned-object.ts';

/** Tells people, by events on registration and Service, what was put right. */
export interface RepairAnnouncer {
  repaired(sight: Sight, written: RawObject): void;
  /** Others change these fields as often as we put them right. */
  contested(sight: Sight, written: RawObject): void;
}

const kinds = {
  registration: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    called: 'Registration',
  },
  service: { apiVersion: 'v1', kind: 'Service', called: 'Service' },
} as const;

/** `fieldManager` is our own name among the writers of a field. */
export function createRepairAnnouncer(o: {
  recorder: EventRecorder;
  fieldManager: string;
  namespace: string;
  serviceName: string;
}): RepairAnnouncer {
  function regarding({ object }: Sight, written: RawObject): ObjectReference {
    const { apiVersion, kind } = kinds[object];
    const uid = own(asObject(own(written, 'metadata')), 'uid');
    const place = object === 'service' ? { namespace: o.namespace, name: o.serviceName } : { name: registrationName };
    return { apiVersion, kind, ...place, ...(typeof uid === 'string' ? { uid } : {}) };
  }

  function writersOf({ drifts, live, pathOf }: Pick<Sight, 'drifts' | 'live' | 'pathOf'>): string {
    const names = new Set(drifts.flatMap((drift) => otherWriters(live, pathOf(drift), o.fieldManager)));
    return names.size === 0 ? '' : `, last written by ${[...names].join(', ')}`;
  }

  return {
    repaired(sight, written) {
      const isMade = sight.live === undefined;
      const changed = `Put right: ${sight.drifts.join(', ')}${writersOf(sight)}.`;
      o.recorder.record({
        regarding: regarding(sight, written),
        type: isMade ? 'Normal' : 'Warning',
        reason: `${kinds[sight.object].called}Repaired`,
        message: isMade ? 'It was not there and was made.' : changed,
      });
    },
    contested(sight, written) {
      const changed = `Changed again and again: ${sight.drifts.join(', ')}${writersOf(sight)}.`;
      o.recorder.record({
        regarding: regarding(sight, written),
        type: 'Warning',
        reason: `${kinds[sight.object].called}Contested`,
        message: `${changed} It is put right more slowly now. Find out who writes it, and stop that.`,
      });
    },
  };
}
