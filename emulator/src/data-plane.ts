import type { Clock } from './runtime/clock.ts';
import { countNewConnections } from './forwarding/count-new-connections.ts';
import { openKernel } from './forwarding/kernel.ts';
import { startForwarding } from './forwarding/start-forwarding.ts';
import { startProxy } from './proxy/start-proxy.ts';
import { defaultProxySettings } from './proxy/upstream.ts';
import type { TargetAddress } from './state/place.ts';
import type { Store } from './state/store.ts';
import type { Switches } from './runtime/switches.ts';

/** Everything that carries traffic. */
export interface DataPlane {
  /** Resolves when traffic goes where the state says now. */
  settled: () => Promise<void>;
  /** Resolves after the signal, when nothing is carried any more. */
  stopped: () => Promise<void>;
}

interface Options {
  /** nftables: all there is; proxy: without TCP and UDP, which needs no root; none: no traffic. */
  forwarding: 'nftables' | 'proxy' | 'none';
  switches: Switches;
  store: Store;
  clock: Clock;
  report: (problem: string) => void;
  /** Called with new connections, for HTTP and HTTPS with requests; undefined: they are not counted. */
  connected: ((at: TargetAddress, count?: number) => void) | undefined;
  signal: AbortSignal;
}

/** Opens the kernel for L4 and the proxy for the rest, as far as this is asked for. */
export async function openDataPlane({
  forwarding,
  switches,
  connected,
  ...rest
}: Options): Promise<DataPlane | undefined> {
  if (forwarding === 'none') return undefined;
  const { passiveChecks, triesNextTarget, deregisterCutsRequests } = switches;
  const settings = { ...defaultProxySettings, passiveChecks, triesNextTarget, deregisterCutsRequests };
  const planes: DataPlane[] = [
    ...(forwarding === 'nftables' ? [startForwarding({ ...rest, kernel: await openKernel() })] : []),
    startProxy({ ...rest, settings, connected }),
  ];
  const counting = connected && forwarding === 'nftables' ? countNewConnections({ ...rest, connected }) : undefined;
  return {
    async settled() {
      await Promise.all(planes.map((plane) => plane.settled()));
    },
    async stopped() {
      await Promise.all([...planes.map((plane) => plane.stopped()), counting]);
    },
  };
}
