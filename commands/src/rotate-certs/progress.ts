import type { SecretView } from './secret-view.ts';

/** What a rotation was to replace: it is over when that is gone. */
export interface Target {
  readonly kind: 'leaf' | 'ca';
  readonly requestId?: string;
  readonly before: { readonly leafSerial?: string; readonly caSha256?: string };
}

export type Progress =
  | { readonly kind: 'asked' }
  | { readonly kind: 'refused'; readonly problem: string }
  /** Neither asked for nor started: the request was removed, or the Secret was created again. */
  | { readonly kind: 'vanished' }
  | { readonly kind: 'publishing'; readonly nextCa: string }
  | { readonly kind: 'serving'; readonly seen: number; readonly of: number; readonly missing: readonly string[] }
  /** Every replica serves the new leaf; old CAs may still be trusted. */
  | { readonly kind: 'served'; readonly of: number; readonly oldCaIsTrusted: boolean };

/** How far the rotation is, from the Secret alone. */
export function judgeProgress(view: SecretView, target: Target): Progress {
  if (hasChanged(view, target)) return judgeServing(view, target);
  if (target.requestId !== undefined && view.refused?.id === target.requestId) {
    return { kind: 'refused', problem: view.refused.problem };
  }
  if (target.kind === 'ca' && view.nextCa !== undefined && view.pending === undefined) {
    return { kind: 'publishing', nextCa: view.nextCa.name };
  }
  // What is taken up begins in the same write, so a request that is neither here nor served is gone.
  return { kind: view.pending !== undefined && view.pending.id === target.requestId ? 'asked' : 'vanished' };
}

function hasChanged({ leaf, currentCa }: SecretView, { kind, before }: Target): boolean {
  if (kind === 'leaf') return leaf !== undefined && leaf.serial !== before.leafSerial;
  return currentCa !== undefined && currentCa.sha256 !== before.caSha256;
}

function judgeServing(view: SecretView, target: Target): Progress {
  const { seen, of, missing } = countReplicas(view);
  const oldCaIsTrusted = view.oldCas.some(({ sha256 }) => sha256 === target.before.caSha256);
  // The webhook itself drops a CA only after it has seen every replica do without it.
  const isProved = target.kind === 'ca' && view.phase === 'stable' && !oldCaIsTrusted;
  if (isProved || (of > 0 && missing.length === 0)) return { kind: 'served', of, oldCaIsTrusted };
  return { kind: 'serving', seen, of, missing };
}

/** Which replicas were seen serving the leaf of the Secret, with a chain that the current CA alone verifies. */
export function countReplicas({ replicas = [], leaf }: SecretView) {
  const serves = replicas.filter(({ verifies, serial }) => verifies && serial === leaf?.serial);
  const missing = replicas.filter((replica) => !serves.includes(replica)).map(({ pod }) => pod);
  return { seen: serves.length, of: replicas.length, missing };
}

/** What a rotation that begins now will replace. */
export function targetOf(view: SecretView, kind: Target['kind'], requestId?: string): Target {
  const { leaf, currentCa } = view;
  return {
    kind,
    ...(requestId === undefined ? {} : { requestId }),
    before: {
      ...(leaf === undefined ? {} : { leafSerial: leaf.serial }),
      ...(currentCa === undefined ? {} : { caSha256: currentCa.sha256 }),
    },
  };
}

/** For a rotation whose new certificate is there already: only the replicas are left to wait for. */
export function targetAlreadyMade(kind: Target['kind']): Target {
  return { kind, before: {} };
}
