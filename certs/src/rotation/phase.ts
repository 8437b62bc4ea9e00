import type { Material } from '../material.ts';
import { carriesAll, readCertificates } from '../pem.ts';

/**
 * Where a rotation stands: `stable` nothing moves; `published` the next CA is trusted but signs nothing yet; `settling`
 * the current CA signs what is served, older CAs are still trusted.
 */
export type Phase = 'stable' | 'published' | 'settling';

/** The phase follows from the certificates alone, so that no note beside them can contradict them. */
export function phaseOf(stored: {
  readonly material: Material;
  readonly next: { readonly certificate: string };
}): Phase {
  if (carriesAll(stored.material.bundle, stored.next.certificate)) return 'published';
  return (readCertificates(stored.material.bundle)?.length ?? 0) > 1 ? 'settling' : 'stable';
}

/**
 * What a write to the Secret did. `publish`, `switch`, `finish` lead from phase to phase; `emergency` makes a CA and a
 * leaf at once; `restore` writes what this replica serves into a Secret that lost it; `trust` puts CAs back that API
 * servers trust and replicas are served under; `tidy` drops a next CA that is no use; `refuse` takes away a request
 * that cannot be served; `note` changes what people read, and no certificate.
 */
export type StepKind =
  'publish' | 'switch' | 'finish' | 'renew-leaf' | 'emergency' | 'restore' | 'trust' | 'tidy' | 'refuse' | 'note';

/** What a handshake with one live replica showed, trusting one CA only. */
export interface ReplicaObservation {
  readonly pod: string;
  readonly verifies: boolean;
  readonly serial?: string;
  readonly notAfterMs?: number;
  readonly problem?: string;
}
