import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { openCallLog } from './call-log/call-log.ts';
import { actionTable } from './actions/action-table.ts';
import { createAdminServer } from './admin/admin-server.ts';
import { createApiServer } from './api/api-server.ts';
import type { Credentials } from './credentials/credentials.ts';
import { createDispatch } from './api/dispatch.ts';
import { createParameterCheck } from './api/parameters.ts';
import type { Service } from './api/services.ts';
import { parseDefinitions } from './definitions/definitions.ts';
import { createSystemClock, type Clock } from './runtime/clock.ts';
import { openDataPlane, type DataPlane } from './data-plane.ts';
import { createFaults } from './faults/faults.ts';
import { createHealthByRule } from './health/health-rules.ts';
import { createProbe } from './health/probe.ts';
import { reportHealthLate } from './health/report-late.ts';
import { startHealth } from './health/start-health.ts';
import { createRateLimit } from './limits/rate-limit.ts';
import { withDefaults, type EmulatorOptions } from './options/options.ts';
import { createRandom, type Random } from './runtime/random.ts';
import { createIpKnowledge } from './state/known-ips.ts';
import { seedLoadBalancer } from './state/seed.ts';
import type { BoundTarget } from './state/model.ts';
import { loadState } from './state/saved-state.ts';
import { createStore, type Store } from './state/store.ts';
import { assumeRoleWithWebIdentity } from './sts/assume-role.ts';
import { createTasks } from './tasks/tasks.ts';

export interface RunningEmulator {
  apiPort: number;
  adminPort: number;
  close: () => Promise<void>;
}

async function listen(server: FastifyInstance, { host, port }: { host: string; port: number }): Promise<number> {
  await server.listen({ host, port });
  return (server.server.address() as AddressInfo).port;
}

type Options = ReturnType<typeof withDefaults>;

/** CLB itself, and as much of STS as gives pods their credentials. */
function openServices(
  { roles }: Options,
  rooms: { credentials: Credentials; clock: Clock; random: Random },
): readonly Service[] {
  const assumeRole = assumeRoleWithWebIdentity({ ...rooms, roles });
  return [
    { version: '2018-03-17', actions: actionTable, isRegional: true },
    { version: '2018-08-13', actions: new Map([[assumeRole.name, assumeRole]]), isRegional: false },
  ];
}

interface HealthRooms {
  store: Store;
  clock: Clock;
  random: Random;
  refuses: (at: BoundTarget) => boolean;
  signal: AbortSignal;
}

/** Probing, and what DescribeTargetHealth tells of it. */
function openHealth({ reportLagMs, probeSpeed, probeSources, healthRules, report }: Options, rooms: HealthRooms): void {
  reportHealthLate({ ...rooms, lagMs: reportLagMs });
  startHealth({
    ...rooms,
    speed: probeSpeed,
    sources: probeSources,
    probe: createProbe(report),
    healthByRule: createHealthByRule(healthRules),
  });
}

/** The rooms, tied to each other by the state alone. */
function openRooms(options: Options, settled: () => Promise<void>, signal: AbortSignal) {
  const { latencies, tailMsPerTarget, regions, switches, quotas, vips, ratePerSecond, report } = options;
  const clock = options.clock ?? createSystemClock(signal);
  const random = createRandom(options.randomSeed);
  const store = createStore();
  Object.entries(options.certificates).forEach(([id, certificate]) => store.certificates.set(id, certificate));
  const credentials: Credentials = new Map(Object.entries(options.credentials));
  const callLog = openCallLog({ store, clock, file: options.callLog, report });
  const faults = createFaults({
    clock,
    store,
    ratePerSecond,
    randomSeed: options.randomSeed,
    hit: callLog.metrics.faultHit,
  });
  Object.entries(options.faults).forEach(([name, fault]) => faults.put(name, fault));
  const tasks = createTasks({
    clock,
    random,
    latencies,
    tailMsPerTarget,
    retentionMs: options.taskRetentionMs,
    settled,
  });
  openHealth(options, { store, clock, random, refuses: faults.refusesProbe, signal });
  const definitions = parseDefinitions();
  const dispatch = createDispatch({
    services: openServices(options, { credentials, clock, random }),
    definitions,
    context: { store, tasks, clock, random, quotas, switches, vips, knowsIp: createIpKnowledge(options.knownIps) },
    credentials,
    regions,
    faults,
    callLog,
    checkParameters: createParameterCheck(definitions),
    checkRate: createRateLimit(clock, {
      perSecond: ratePerSecond,
      byAction: options.ratesByAction,
      perAccount: options.ratePerAccount,
    }),
    report,
  });
  return { clock, store, faults, credentials, callLog, tasks, dispatch, regions };
}

/** Starts a CLB: its API, its admin door, its probes and its data plane; everything left out has a default. */
export async function startEmulator(given: EmulatorOptions = {}): Promise<RunningEmulator> {
  const options = withDefaults(given);
  const stop = new AbortController();
  let dataPlane: DataPlane | undefined;
  const rooms = openRooms(options, () => dataPlane?.settled() ?? Promise.resolve(), stop.signal);
  const api = createApiServer(rooms.dispatch, options.responseEncoding);
  const admin = createAdminServer({ ...rooms, adminNames: [...options.adminNames, options.admin.host] });
  async function close(): Promise<void> {
    stop.abort();
    await Promise.all([api.close(), admin.close()]);
    await rooms.callLog.close();
    await dataPlane?.stopped();
  }
  try {
    // The ports come first: a second emulator must fail before it takes the table of the first.
    const apiPort = await listen(api, options.api);
    const adminPort = await listen(admin, options.admin);
    const { forwarding, switches, report } = options;
    const { store, clock } = rooms;
    const connected = options.countConnections ? rooms.callLog.connected : undefined;
    dataPlane = await openDataPlane({ forwarding, switches, report, store, clock, connected, signal: stop.signal });
    const world = { store: rooms.store, regions: options.regions, nowMs: rooms.clock.now() };
    if (options.state !== undefined) loadState(store, options.state);
    options.loadBalancers.forEach((seed) => seedLoadBalancer(world, seed));
    return { apiPort, adminPort, close };
  } catch (error) {
    await close();
    throw error;
  }
}
