/**
 * Where a rotation stands: `stable` nothing moves; `published` the next CA is trusted but signs nothing yet; `settling` the
 * current CA signs what is served, older CAs are still trusted.
 */
export type Phase = 'stable' | 'published' | 'settling';

/**
 * What a write to the Secret did. `publish`, `switch`, `finish` lead from phase to phase; `emergency` makes a CA and a leaf
 * at once; `restore` writes what this replica serves into a Secret that lost it; `tidy` drops what helps nobody any more;
 * `refuse` takes away a request that cannot be served; `note` only tells people something.
 */
export type StepKind =
  'publish' | 'switch' | 'finish' | 'renew-leaf' | 'emergency' | 'restore' | 'tidy' | 'refuse' | 'note';

/** What a handshake with one live replica showed, trusting one CA only. */
export interface ReplicaSight {
  readonly pod: string;
  readonly verifies: boolean;
  readonly serial?: string;
  readonly notAfterMs?: number;
  readonly problem?: string;
}
