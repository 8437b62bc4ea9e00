import type { TargetAnswer } from '../model/clb-port.ts';
import { backendInTag } from '../model/target-tag.ts';
import { targetKey, type TargetRef } from '../model/target.ts';
import type { Memory } from './memory.ts';

/** Backend.id of a target that this cluster registered at a listener that somebody else made; undefined: it did not. */
export type OwnTag = (target: TargetRef & { readonly tag: string | undefined }) => string | undefined;

interface Proofs {
  readonly clusterId: string;
  readonly memory: Pick<Memory, 'registeredFor' | 'returnsTags'>;
}

/**
 * The tag is the proof. Only where the cloud has never returned one on this CLB, what this process remembers counts:
 * what nothing proves is never touched.
 */
export function ownTagIn(targets: readonly TargetAnswer[], { clusterId, memory }: Proofs): OwnTag {
  const isProof = memory.returnsTags || haveTags(targets);
  return (target) => {
    const { tag = '' } = target;
    if (tag !== '') return backendInTag(tag, clusterId);
    return isProof ? undefined : memory.registeredFor.get(targetKey(target));
  };
}

/** The cloud returns tags, as far as this answer tells. */
export function haveTags(targets: readonly TargetAnswer[]): boolean {
  return targets.some(({ tag }) => tag !== undefined && tag !== '');
}
