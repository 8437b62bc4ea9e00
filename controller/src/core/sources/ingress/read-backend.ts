import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { BindingBackends, PodSelector } from '../../model/binding.ts';
import type { ObjectReference } from '../../model/related-objects.ts';

/** What a backend of an Ingress is made of. */
export interface ReadBackend {
  readonly backends: BindingBackends;
  /** The pods that it is about, also while its port cannot be read. */
  readonly selector?: PodSelector | undefined;
  /** Its Service, and what that lists. */
  readonly references: readonly ObjectReference[];
  /** What its author must change: until then its requests find no target. */
  readonly problem?: Finding;
  /** Why it is not known now: what stands for it stays as it is. */
  readonly incomplete?: Finding | undefined;
}
