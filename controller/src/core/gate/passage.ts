import { gateReason, openMessage } from '@clb-direct/shared/domain/gate.ts';

type GateReason = (typeof gateReason)[keyof typeof gateReason];

/** Whether one binding lets a pod's gate open. */
export type Passage = { readonly kind: 'open'; readonly reason: GateReason; readonly message: string } | Waiting;

export interface Waiting {
  readonly kind: 'waiting';
  readonly message: string;
  /** The CLB says that the pod fails its check. */
  readonly failing: boolean;
}

export function blocked(message: string): Waiting {
  return { kind: 'waiting', message, failing: false };
}

/** The CLB's health check has passed. */
export function healthy(gateType: string) {
  return { kind: 'open', reason: gateReason.healthy, message: openMessage(gateType) } as const;
}

/** One sentence of all; what the event is named after comes first. */
export function joinedPassages(waiting: readonly Waiting[]): string {
  const messages = waiting.toSorted((a, b) => Number(b.failing) - Number(a.failing)).map(({ message }) => message);
  return messages.map((text, index) => (index < messages.length - 1 ? text.replace(/\.$/, '') : text)).join('; ');
}
