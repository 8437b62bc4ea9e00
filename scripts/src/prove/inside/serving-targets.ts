import type { Clb } from './cell.ts';
import { admin } from './local.ts';

export interface Target {
  readonly ip: string;
  readonly weight: number;
  readonly health: string;
}

interface State {
  readonly loadBalancers: readonly {
    readonly id: string;
    readonly listeners: readonly { readonly targets: readonly Target[] }[];
  }[];
}

/** Those that the CLB sends to. */
export async function servingTargets({ id }: Clb): Promise<readonly Target[]> {
  const { loadBalancers } = await admin<State>('GET', '/state');
  const listeners = loadBalancers.find((one) => one.id === id)?.listeners ?? [];
  return listeners.flatMap(({ targets }) => targets).filter(({ weight }) => weight > 0);
}
