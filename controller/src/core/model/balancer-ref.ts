import { describeOwner, type Owner } from './owner.ts';

/** Which CLB a binding means: one that exists, or the one that is made for an owner and deleted with it. */
export type BalancerRef = { readonly kind: 'existing'; readonly id: string } | OwnedRef;

export interface OwnedRef {
  readonly kind: 'owned';
  readonly owner: Owner;
  /** undefined: it is not made yet, or cannot be used yet. */
  readonly id?: string | undefined;
}

export function existing(id: string): BalancerRef {
  return { kind: 'existing', id };
}

/** Queues and caches know a CLB by its id alone. Undefined: it is not made yet. */
export function balancerIdOf(ref: BalancerRef): string | undefined {
  return ref.id;
}

/** Under which key the observed state has it, or what stands in the way of its making. */
export function stateKeyOf(ref: BalancerRef): string {
  return ref.kind === 'existing' ? ref.id : (ref.id ?? unmadeKey(ref.owner));
}

/** No id of a CLB looks like this. */
export function unmadeKey({ uid }: Pick<Owner, 'uid'>): string {
  return `for ${uid}`;
}

export function describeBalancer(ref: BalancerRef): string {
  return ref.id ?? (ref.kind === 'owned' ? `the CLB of ${describeOwner(ref.owner)}` : '');
}
