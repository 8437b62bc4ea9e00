import type { BalancerState } from '../model/balancer-state.ts';
import type { PodBinding } from '../model/binding.ts';
import type { Owner } from '../model/owner.ts';

/** A place of an owner that moved: clients come there still, and the pods that served them may end now. */
export interface KeptPlace {
  readonly owner: Owner;
  /** Of the CLB that the owner has left. */
  readonly state: BalancerState | undefined;
  /** undefined: a look will tell which there are. */
  readonly kept: { readonly binding: PodBinding; readonly keepMs: number } | undefined;
}
