import type { CoreV1Event, V1Ingress, V1Pod, V1Service } from '@kubernetes/client-node';

/** What could not be read, and why, as one line. */
export type Unread = string;

/** An object with the events about it, the newest first. */
export interface Explained<T> {
  readonly object: T;
  readonly events: readonly CoreV1Event[];
  /** Where it is not empty, what is missing may only not have been read. */
  readonly unread: readonly Unread[];
}

/** A Service or an Ingress that clb-direct may serve. */
export type OwnerFacts =
  ({ readonly kind: 'Service' } & Explained<V1Service>) | ({ readonly kind: 'Ingress' } & Explained<V1Ingress>);

export interface PodFacts extends Explained<V1Pod> {
  /** Those that select the pod, or lead to a Service that does. */
  readonly owners: readonly OwnerFacts[];
}
