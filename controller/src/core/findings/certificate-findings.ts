import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { WantedCertificate } from '../model/certificate.ts';

/** The Secret is in the namespace of the owner that reads this. */
export function certificateExpiring({ secret, notAfterMs }: WantedCertificate, timeMs: number): Finding {
  const { name } = secret;
  const has = notAfterMs > timeMs ? 'ends' : 'ended';
  return {
    severity: 'Warning',
    reason: 'CertificateExpiring',
    message:
      `Renew Secret ${name}: its certificate ${has} on ${new Date(notAfterMs).toISOString()}, and clients refuse ` +
      'it then. Another content in the Secret is uploaded and set in place.',
    repeat: { by: 'message', afterMs: 86_400_000, part: name },
  };
}

/** What the owner's event says of one that is not there. */
export function expiredProblem({ notAfterMs }: WantedCertificate): string {
  return `It ended on ${new Date(notAfterMs).toISOString()}; renew the Secret.`;
}
