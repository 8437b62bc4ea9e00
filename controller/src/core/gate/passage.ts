import type { gateReason } from '@clb-direct/shared/domain/gate.ts';

type GateReason = (typeof gateReason)[keyof typeof gateReason];

/** Whether one binding lets a pod's gate open. */
export type Passage = { readonly kind: 'open'; readonly reason: GateReason; readonly message: string } | Waiting;

export interface Waiting {
  readonly kind: 'waiting';
  readonly message: string;
  /** The CLB says that the pod fails its check. */
  readonly failing: boolean;
}

/** One sentence of all; what the event is named after comes first. */
export function joinedPassages(waiting: readonly Waiting[]): string {
  const messages = waiting.toSorted((a, b) => Number(b.failing) - Number(a.failing)).map(({ message }) => message);
  return messages.map((text, index) => (index < messages.length - 1 ? text.replace(/\.$/, '') : text)).join('; ');
}
