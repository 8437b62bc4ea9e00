/**
 * What the controller has found out about the group of an owner. `id`: it can be bound, and lets in at most whom the
 * owner wanted once. `problem`: a sentence that says why it is not as the owner wants it.
 */
export interface SourceGroup {
  readonly id?: string | undefined;
  readonly problem?: string | undefined;
  /** The problem may be over soon, as far as the cloud says. */
  readonly passes?: boolean | undefined;
}
