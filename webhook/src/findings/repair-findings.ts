import { registrationName } from '@clb-direct/shared/domain/names.ts';
import { hourly } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { ObjectReference } from '@clb-direct/shared/kube/events/event.ts';
import type { Reporter } from '@clb-direct/shared/kube/events/reporter.ts';
import type { OwnedObject } from '../owned-objects/owned-object.ts';
import { contestedRepeat } from '../owned-objects/repair/contention.ts';
import { otherWriters } from '../owned-objects/repair/other-writers.ts';
import type { RepairFindings } from '../owned-objects/repair/repair-object.ts';

const kinds = {
  registration: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    repaired: 'RegistrationRepaired',
    contested: 'RegistrationContested',
  },
  service: { apiVersion: 'v1', kind: 'Service', repaired: 'ServiceRepaired', contested: 'ServiceContested' },
} as const;

/** Reports repairs of registration and Service. `fieldManager` is our own name in managedFields. */
export function createRepairFindings(o: {
  reporter: Reporter;
  fieldManager: string;
  namespace: string;
  serviceName: string;
}): RepairFindings {
  function reference({ kind: object }: OwnedObject, written: RawObject): ObjectReference {
    const { apiVersion, kind } = kinds[object];
    const uid = own(asObject(own(written, 'metadata')), 'uid');
    const place = object === 'service' ? { namespace: o.namespace, name: o.serviceName } : { name: registrationName };
    return { apiVersion, kind, ...place, ...(typeof uid === 'string' ? { uid } : {}) };
  }

  function writersOf({ drifts, live, pathOf }: OwnedObject): string {
    const names = new Set(drifts.flatMap((drift) => otherWriters(live, pathOf(drift), o.fieldManager)));
    return names.size === 0 ? '' : `, last written by ${[...names].map((name) => safeText(name)).join(', ')}`;
  }

  return {
    repaired(object, written) {
      const isMade = object.live === undefined;
      const changed = `Repaired: ${object.drifts.join(', ')}${writersOf(object)}.`;
      o.reporter.report({
        severity: isMade ? 'Normal' : 'Warning',
        reason: kinds[object.kind].repaired,
        message: isMade ? 'It did not exist and was created.' : changed,
        about: reference(object, written),
      });
    },
    contested(object, written) {
      const changed = `Changed again and again: ${object.drifts.join(', ')}${writersOf(object)}.`;
      o.reporter.report({
        severity: 'Warning',
        reason: kinds[object.kind].contested,
        message: `${changed} It is repaired more slowly now. Find the writer and stop it.`,
        about: reference(object, written),
        repeat: contestedRepeat,
      });
    },
    notKept(object, written) {
      o.reporter.report({
        severity: 'Warning',
        reason: 'FieldsNotKept',
        message:
          `The API server does not keep these fields as written: ${object.drifts.join(', ')}. ` +
          'Is its version supported? Does another admission webhook change them?',
        about: reference(object, written),
        repeat: { ...hourly, acrossUids: true },
      });
    },
  };
}
