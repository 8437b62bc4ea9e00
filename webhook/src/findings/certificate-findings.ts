import type { Advanced } from '@clb-direct/certs/advance-certificates.ts';
import type { StepKind } from '@clb-direct/certs/rotation/phase.ts';
import { clockSkewed } from '@clb-direct/shared/domain/clock-skew.ts';
import { hourly } from '@clb-direct/shared/domain/finding.ts';
import type { Report, Reporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { contestedRepeat } from '../owned-objects/repair/contention.ts';

/** Reports what became of the certificates, about the Secret. */
export interface CertificateFindings {
  /** What was done, and what a person should know. */
  advanced(advanced: Advanced): void;
  /** Other writers break the Secret as often as it is written. */
  secretContested(advanced: Advanced): void;
  /** The API server's clock is so far ahead of this node's. */
  clock(advanced: Advanced, offsetMs: number): void;
}

type Words = Pick<Report, 'severity' | 'reason'> & { readonly what: string };

const steps: Partial<Record<StepKind, Words>> = {
  publish: { severity: 'Normal', reason: 'RotationBegan', what: 'The next CA is published beside the current one' },
  switch: {
    severity: 'Normal',
    reason: 'RotationSwitched',
    what: 'The new CA signs what is served, older ones stay trusted',
  },
  finish: { severity: 'Normal', reason: 'RotationEnded', what: 'Only the current CA is trusted' },
  'renew-leaf': {
    severity: 'Normal',
    reason: 'CertificateRenewed',
    what: 'A new certificate is served under the same CA',
  },
  emergency: { severity: 'Warning', reason: 'CertificatesReplaced', what: 'CA and certificate were created again' },
  restore: { severity: 'Warning', reason: 'SecretRestored', what: 'The Secret was written again as it was' },
  trust: {
    severity: 'Warning',
    reason: 'SecretRestored',
    what: 'CAs that the Secret lacked were put back, because replicas are served under them',
  },
  refuse: { severity: 'Warning', reason: 'RotationRefused', what: 'A request for a rotation was refused' },
};

const made: Words = { severity: 'Normal', reason: 'CertificatesMade', what: 'CA and certificate were created' };

/** What is made where nothing was is no repair. */
function wordsOf({ step, isRepair = false }: Advanced): Words | undefined {
  return step === 'emergency' && !isRepair ? made : step && steps[step];
}

/** `pod` names this replica. */
export function createCertificateFindings(o: {
  reporter: Reporter;
  namespace: string;
  secretName: string;
  pod: string;
}): CertificateFindings {
  function report({ secret: { uid } }: Advanced, finding: Omit<Report, 'about'>): void {
    const about = { apiVersion: 'v1', kind: 'Secret', namespace: o.namespace, name: o.secretName, uid };
    o.reporter.report({ ...finding, about });
  }

  return {
    advanced(advanced) {
      const words = wordsOf(advanced);
      if (words !== undefined) report(advanced, stepOf(words, advanced.reason));
      for (const message of advanced.warnings)
        report(advanced, {
          severity: 'Warning',
          reason: 'CertificateWarning',
          message,
          repeat: { ...hourly, by: 'message' },
        });
    },
    secretContested: (advanced) => report(advanced, contested),
    clock(advanced, offsetMs) {
      const skewed = clockSkewed(o.pod, offsetMs);
      if (skewed !== undefined) report(advanced, skewed);
    },
  };
}

function stepOf({ severity, reason, what }: Words, why: string | undefined): Omit<Report, 'about'> {
  return { severity, reason, message: why === undefined ? `${what}.` : `${what}: ${why}.` };
}

const contested: Omit<Report, 'about'> = {
  severity: 'Warning',
  reason: 'SecretContested',
  message:
    'Deleted, broken or filled again and again. Find the writer and stop it; if it is cert-manager, ' +
    'set CERTIFICATE_SOURCE=secret, or delete its Certificates.',
  repeat: contestedRepeat,
};
