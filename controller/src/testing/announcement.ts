/** An Event as people see it. */
export interface Announcement {
  /** namespace/name */
  readonly about: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}
