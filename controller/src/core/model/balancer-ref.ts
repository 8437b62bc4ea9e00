import { describeOwner, type Owner } from './owner.ts';

/** Which CLB a binding means: one that exists, or the one that is made for an owner and deleted with it. */
export type BalancerRef =
  { readonly kind: 'existing'; readonly id: string } | { readonly kind: 'owned'; readonly owner: Owner };

export function existing(id: string): BalancerRef {
  return { kind: 'existing', id };
}

/** Queues and caches know a CLB by its id alone. Undefined: it is not made yet. */
export function balancerIdOf(ref: BalancerRef): string | undefined {
  return ref.kind === 'existing' ? ref.id : undefined;
}

export function describeBalancer(ref: BalancerRef): string {
  return ref.kind === 'existing' ? ref.id : `the CLB of ${describeOwner(ref.owner)}`;
}
