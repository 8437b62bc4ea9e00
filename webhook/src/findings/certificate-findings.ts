import type { Advanced } from '@clb-direct/certs/advance-certificates.ts';
import type { StepKind } from '@clb-direct/certs/rotation/phase.ts';
import type { EventRecorder, EventToRecord } from '@clb-direct/shared/kube/events/event-recorder.ts';

/** Tells people, by events on the Secret, what became of the certificates. */
export interface CertificateAnnouncer {
  /** What was done, and what a person should know. */
  advanced(advanced: Advanced): void;
  /** Others break the Secret as often as it is written. */
  secretContested(advanced: Advanced): void;
  /** The API server's clock is so far ahead of ours. */
  clock(advanced: Advanced, offsetMs: number): void;
}

type Words = Pick<EventToRecord, 'type' | 'reason'> & { readonly what: string };

const steps: Partial<Record<StepKind, Words>> = {
  publish: { type: 'Normal', reason: 'RotationBegan', what: 'The next CA is published beside the current one' },
  switch: {
    type: 'Normal',
    reason: 'RotationSwitched',
    what: 'The new CA signs what is served, older ones stay trusted',
  },
  finish: { type: 'Normal', reason: 'RotationEnded', what: 'Only the current CA is trusted' },
  'renew-leaf': { type: 'Normal', reason: 'CertificateRenewed', what: 'A new certificate is served under the same CA' },
  emergency: { type: 'Warning', reason: 'CertificatesReplaced', what: 'CA and certificate were made anew' },
  restore: { type: 'Warning', reason: 'SecretRestored', what: 'The Secret was written again as it was' },
  refuse: { type: 'Warning', reason: 'RotationRefused', what: 'A request for a rotation was refused' },
};

const made: Words = { type: 'Normal', reason: 'CertificatesMade', what: 'CA and certificate were made' };

/** What is made where nothing was is no repair. */
function wordsOf({ step, isRepair = false }: Advanced): Words | undefined {
  return step === 'emergency' && !isRepair ? made : step && steps[step];
}

const skewMs = 60_000;

/** `pod` names this replica. */
export function createCertificateAnnouncer(o: {
  recorder: EventRecorder;
  namespace: string;
  secretName: string;
  pod: string;
}): CertificateAnnouncer {
  let told: readonly string[] = [];
  let isSkewed = false;

  function record({ secret: { uid } }: Advanced, event: Omit<EventToRecord, 'regarding'>): void {
    const regarding = { apiVersion: 'v1', kind: 'Secret', namespace: o.namespace, name: o.secretName, uid };
    o.recorder.record({ ...event, regarding });
  }

  function tellStep(advanced: Advanced, { type, reason, what }: Words): void {
    record(advanced, {
      type,
      reason,
      message: advanced.reason === undefined ? `${what}.` : `${what}: ${advanced.reason}.`,
    });
  }

  function warn(advanced: Advanced): void {
    const fresh = advanced.warnings.filter((warning) => !told.includes(warning));
    told = advanced.warnings;
    for (const message of fresh) record(advanced, { type: 'Warning', reason: 'CertificateWarning', message });
  }

  return {
    advanced(advanced) {
      const words = wordsOf(advanced);
      if (words !== undefined) tellStep(advanced, words);
      warn(advanced);
    },
    secretContested(advanced) {
      const message =
        'Deleted, broken or filled again and again. Find out who writes it, and stop that; if it is cert-manager, set CERTIFICATE_SOURCE=secret, or delete its Certificates.';
      record(advanced, { type: 'Warning', reason: 'SecretContested', message });
    },
    clock(advanced, offsetMs) {
      const wasSkewed = isSkewed;
      isSkewed = Math.abs(offsetMs) > skewMs;
      if (isSkewed && !wasSkewed)
        record(advanced, { type: 'Warning', reason: 'ClockSkewed', message: skewOf(o.pod, offsetMs) });
    },
  };
}

function skewOf(pod: string, offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const side = offsetMs > 0 ? 'behind' : 'ahead of';
  return `The clock of the node of pod ${pod} is about ${minutes} min ${side} the API server's, which is the one that counts here. Put the node's clock right.`;
}
