import type { Row } from '../rows.ts';

export interface Clb {
  readonly id: string;
  readonly vip: string;
}

export interface Cell {
  readonly row: Row;
  readonly namespace: string;
  readonly clb: Clb;
  /** Where a Service can move to. */
  readonly otherClb: Clb;
  /** Of each workload. */
  readonly replicas: number;
}
