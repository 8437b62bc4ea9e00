import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createAdminServer } from './admin/admin-server.ts';
import { createApiServer } from './api/api-server.ts';
import { openDataPlane, type DataPlane } from './data-plane.ts';
import { openParts } from './open-parts.ts';
import { withDefaults, type EmulatorOptions } from './options/options.ts';
import { loadState } from './state/saved-state.ts';
import { seedLoadBalancer } from './state/seed.ts';

export interface RunningEmulator {
  apiPort: number;
  adminPort: number;
  close: () => Promise<void>;
}

async function listen(server: FastifyInstance, { host, port }: { host: string; port: number }): Promise<number> {
  await server.listen({ host, port });
  return (server.server.address() as AddressInfo).port;
}

/** Starts a CLB: its API, its admin API, its probes and its data plane. Every option has a default. */
export async function startEmulator(given: EmulatorOptions = {}): Promise<RunningEmulator> {
  const options = withDefaults(given);
  const stop = new AbortController();
  let dataPlane: DataPlane | undefined;
  const parts = openParts(options, () => dataPlane?.settled() ?? Promise.resolve(), stop.signal);
  const api = createApiServer(parts.dispatch, options.responseEncoding);
  const admin = createAdminServer({ ...parts, adminNames: [...options.adminNames, options.admin.host] });
  async function close(): Promise<void> {
    stop.abort();
    await Promise.all([api.close(), admin.close()]);
    await parts.callLog.close();
    await dataPlane?.stopped();
  }
  try {
    // The ports come first: a second emulator must fail before it takes the nftables table of the first.
    const apiPort = await listen(api, options.api);
    const adminPort = await listen(admin, options.admin);
    const { forwarding, switches, report } = options;
    const { store, clock, regions } = parts;
    const connected = options.countConnections ? parts.callLog.connected : undefined;
    dataPlane = await openDataPlane({ forwarding, switches, report, store, clock, connected, signal: stop.signal });
    if (options.state !== undefined) loadState(store, options.state);
    options.loadBalancers.forEach((seed) => seedLoadBalancer({ store, regions, nowMs: clock.now() }, seed));
    return { apiPort, adminPort, close };
  } catch (error) {
    await close();
    throw error;
  }
}
