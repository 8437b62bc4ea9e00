/** The condition in an owner's status, without its type and its time. */
export interface OwnerCondition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

export function sameCondition(a: OwnerCondition | undefined, b: OwnerCondition | undefined): boolean {
  return a?.status === b?.status && a?.reason === b?.reason && a?.message === b?.message;
}
