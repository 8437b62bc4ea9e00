import type { Inspected } from './inspect-material.ts';
import type { CertificatePolicy } from './material.ts';

/** Whether so little of a certificate's life is left that it is renewed. */
export function isDue({ validity }: Inspected, nowMs: number, policy: CertificatePolicy): boolean {
  return validity !== undefined && nowMs >= renewalMs(validity, policy);
}

/** When a certificate is renewed: a third of its life before the end, up to a tenth of that third sooner or later. */
export function renewalMs(validity: NonNullable<Inspected['validity']>, policy: CertificatePolicy): number {
  const third = (validity.notAfterMs - validity.notBeforeMs - policy.backdateMs) / 3;
  // The spread comes from the serial number, which is random: every replica then sees the same moment.
  const spread = Number.parseInt(validity.serial.slice(-2), 16) / 255;
  return validity.notAfterMs - third * (0.9 + 0.2 * spread);
}
