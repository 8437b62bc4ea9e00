import type { CertificateKeeper } from '@clb-direct/certs/advance-certificates.ts';
import type { ClusterNetwork } from '@clb-direct/shared/domain/reach.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { CertificateFindings } from '../findings/certificate-findings.ts';
import type { RegistrationKeeper } from '../owned-objects/registration/registration-keeper.ts';
import type { RepairContext } from '../owned-objects/repair/repair-object.ts';
import type { ServiceKeeper } from '../owned-objects/service/service-keeper.ts';
import type { ServingCertificates } from '../serving-certificates/serving-certificates.ts';
import type { RotationMetrics } from './rotation-metrics.ts';

/** What the leader needs to keep Secret, registration and Service as they have to be. */
export interface LeaderParts {
  readonly keeper: CertificateKeeper;
  readonly registration: RegistrationKeeper;
  readonly service: ServiceKeeper;
  readonly certificates: ServingCertificates;
  readonly repairs: RepairContext;
  readonly certificateFindings: CertificateFindings;
  readonly rotationMetrics: RotationMetrics;
  /** The UID of our Namespace; undefined while we are being uninstalled, and what is gone must stay gone. */
  namespaceUid(signal: AbortSignal): Promise<string | undefined>;
  /** Deletes the registration, if it exists. */
  removeRegistration(signal: AbortSignal): Promise<unknown>;
  /** Why clients that trust this bundle must not be sent to this replica yet; empty = it serves. */
  servingProblems(bundle: string): Promise<readonly string[]>;
  network(): ClusterNetwork | undefined;
  readonly clock: { nowMs(): number; offsetMs(): number | undefined };
  /** How long the next check may wait. */
  checkMs(): number;
  readonly log: Log;
}
