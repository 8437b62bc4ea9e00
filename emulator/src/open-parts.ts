import { actionTable } from './actions/action-table.ts';
import { sslActionTable } from './actions/ssl/ssl-action-table.ts';
import { vpcActionTable } from './actions/vpc/vpc-action-table.ts';
import { createDispatch } from './api/dispatch.ts';
import { checkParameters } from './api/parameters.ts';
import type { Service } from './api/services.ts';
import { openCallLog } from './call-log/call-log.ts';
import type { Credentials } from './credentials/credentials.ts';
import type { Policies } from './credentials/policy.ts';
import { definitions } from './definitions/definitions.ts';
import { createFaults } from './faults/faults.ts';
import { createHealthByRule } from './health/health-rules.ts';
import { createProbe } from './health/probe.ts';
import { reportHealthLate } from './health/report-late.ts';
import { startHealth } from './health/start-health.ts';
import { createRateLimit } from './limits/rate-limit.ts';
import type { withDefaults } from './options/options.ts';
import { createSystemClock, type Clock } from './runtime/clock.ts';
import { createRandom, type Random } from './runtime/random.ts';
import { createIpKnowledge } from './state/known-ips.ts';
import type { BoundTarget } from './state/place.ts';
import { createStore, type Store } from './state/store.ts';
import { assumeRoleWithWebIdentity } from './sts/assume-role.ts';
import { createTasks } from './tasks/tasks.ts';

type Options = ReturnType<typeof withDefaults>;

/** CLB itself, certificates of the SSL product, security groups of VPC, and the action of STS that gives pods keys. */
function openServices(
  { roles }: Options,
  parts: { credentials: Credentials; clock: Clock; random: Random },
): readonly Service[] {
  const assumeRole = assumeRoleWithWebIdentity({ ...parts, roles });
  return [
    { version: '2018-03-17', actions: actionTable, isRegional: true },
    { version: '2019-12-05', actions: sslActionTable, isRegional: false },
    { version: '2017-03-12', actions: vpcActionTable, isRegional: true },
    { version: '2018-08-13', actions: new Map([[assumeRole.name, assumeRole]]), isRegional: false },
  ];
}

interface HealthParts {
  store: Store;
  clock: Clock;
  random: Random;
  refuses: (at: BoundTarget) => boolean;
  signal: AbortSignal;
}

/** Starts probing, and the lag with which DescribeTargetHealth shows what probes find. */
function openHealth({ reportLagMs, probeSpeed, probeSources, healthRules, report }: Options, parts: HealthParts): void {
  reportHealthLate({ ...parts, lagMs: reportLagMs });
  startHealth({
    ...parts,
    speed: probeSpeed,
    sources: probeSources,
    probe: createProbe(report),
    healthByRule: createHealthByRule(healthRules),
  });
}

/** Makes everything but the servers and the data plane. The parts know each other through the state only. */
export function openParts(options: Options, settled: () => Promise<void>, signal: AbortSignal) {
  const { latencies, tailMsPerTarget, regions, switches, quotas, vips, ipv6Vips, ratePerSecond, randomSeed, report } =
    options;
  const clock = options.clock ?? createSystemClock(signal);
  const random = createRandom(randomSeed);
  const store = createStore();
  Object.entries(options.certificates).forEach(([id, certificate]) => store.certificates.set(id, certificate));
  const credentials: Credentials = new Map(Object.entries(options.credentials));
  const policies: Policies = new Map(Object.entries(options.policies));
  const callLog = openCallLog({ store, clock, file: options.callLog, report });
  const faults = createFaults({ clock, store, ratePerSecond, randomSeed, hit: callLog.metrics.faultHit });
  Object.entries(options.faults).forEach(([name, fault]) => faults.put(name, fault));
  const retentionMs = options.taskRetentionMs;
  const tasks = createTasks({ clock, random, latencies, tailMsPerTarget, retentionMs, settled });
  openHealth(options, { store, clock, random, refuses: faults.refusesProbe, signal });
  const dispatch = createDispatch({
    services: openServices(options, { credentials, clock, random }),
    definitions,
    context: {
      ...{ store, tasks, clock, random, quotas, switches, vips, ipv6Vips },
      knowsIp: createIpKnowledge(options.knownIps),
    },
    credentials,
    policies,
    regions,
    faults,
    callLog,
    checkParameters,
    checkRate: createRateLimit(clock, {
      perSecond: ratePerSecond,
      byAction: options.ratesByAction,
      perAccount: options.ratePerAccount,
    }),
    report,
  });
  return { clock, store, faults, credentials, policies, callLog, tasks, dispatch, regions };
}
