import type { Clb } from './cell.ts';
import { admin } from './local.ts';

export interface Target {
  readonly ip: string;
  readonly weight: number;
  readonly health: string;
}

export interface Rule {
  readonly domains: readonly string[];
  readonly http2: boolean;
  readonly forwardType: string;
  readonly targets: readonly Target[];
}

interface Listener {
  readonly targets: readonly Target[];
  readonly rules: readonly Rule[];
}

interface State {
  readonly loadBalancers: readonly { readonly id: string; readonly listeners: readonly Listener[] }[];
}

/** Of a CLB of the emulator; none while it does not exist. */
export async function listenersOf({ id }: Clb): Promise<readonly Listener[]> {
  const { loadBalancers } = await admin<State>('GET', '/state');
  return loadBalancers.find((one) => one.id === id)?.listeners ?? [];
}

/** Those that the CLB sends to without rules. */
export async function servingTargets(clb: Clb): Promise<readonly Target[]> {
  return (await listenersOf(clb)).flatMap(({ targets }) => targets).filter(({ weight }) => weight > 0);
}
