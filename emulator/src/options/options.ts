import type { ResponseEncoding } from '../api/api-server.ts';
import type { Credential } from '../credentials/credentials.ts';
import type { Policy } from '../credentials/policy.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Fault } from '../faults/fault-kinds.ts';
import type { HealthRule } from '../health/health-rules.ts';
import { defaultQuotas, type Quotas } from '../limits/quotas.ts';
import type { Certificate } from '../state/model.ts';
import type { LoadBalancerSeed } from '../state/seed.ts';
import type { SavedState } from '../state/saved-schema.ts';
import { defaultSwitches, type Switches } from '../runtime/switches.ts';
import type { Latencies } from '../tasks/tasks.ts';

interface Address {
  host: string;
  port: number;
}

interface AllOptions {
  api: Address;
  admin: Address;
  /** Names under which the admin port may be asked besides localhost and IP addresses. */
  adminNames: readonly string[];
  regions: readonly string[];
  credentials: Record<string, Credential>;
  /** CAM policies by secret id or ARN of a role; who has none may do everything. */
  policies: Readonly<Record<string, Policy>>;
  loadBalancers: readonly LoadBalancerSeed[];
  forwarding: 'nftables' | 'proxy' | 'none';
  /** By id, as the SSL certificate service would have them. */
  certificates: Readonly<Record<string, Certificate>>;
  /** Where CreateLoadBalancer takes VIPs from. */
  vips: string;
  /** Where it takes those of IPv6 load balancers from. */
  ipv6Vips: string;
  /** Ranges of IPs that the VPC knows; with none, every IP can be bound. */
  knownIps: readonly string[];
  /** The local addresses that probes come from, one probing node each; with none, one that the kernel chooses. */
  probeSources: readonly string[];
  probeSpeed: number;
  /** Ranges whose targets are not probed, and what their health is. */
  healthRules: readonly HealthRule[];
  /** How much later DescribeTargetHealth shows a change of health on which the data plane acts at once. */
  reportLagMs: number;
  latencies: Latencies;
  /** How long a batch call keeps its load balancer busy after it returned; the cloud does so for an unknown time. */
  tailMsPerTarget: number;
  /** How long DescribeTaskStatus knows a task after its end; the cloud's time is not known. */
  taskRetentionMs: number;
  /** Requests a second for each action of each secret id. */
  ratePerSecond: number;
  /** Other limits for some actions. */
  ratesByAction: Readonly<Record<string, number>>;
  /** Requests a second of all callers together; undefined: no limit, because the cloud's is not known. */
  ratePerAccount: number | undefined;
  responseEncoding: ResponseEncoding;
  /** ARNs of the roles that STS knows; with none, every role exists. */
  roles: readonly string[];
  quotas: Quotas;
  switches: Switches;
  /** A saved state that is there from the start; undefined: nothing but the load balancers above. */
  state: SavedState | undefined;
  /** What goes wrong from the start, by name. */
  faults: Readonly<Record<string, Fault>>;
  /** The file that gets a JSON line for each call and health change; undefined: none. */
  callLog: string | undefined;
  /** Whether new connections are counted by target. */
  countConnections: boolean;
  randomSeed: number;
  /** Another clock than the system's. */
  clock: Clock | undefined;
  /** Called with each problem inside the emulator. */
  report: (problem: string) => void;
}

export type EmulatorOptions = Partial<AllOptions>;

export const defaultLatencies: Latencies = {
  task: { p50Ms: 300, p99Ms: 1500 },
  batch: { p50Ms: 300, p99Ms: 1000 },
  // About 10 s in the cloud.
  create: { p50Ms: 1000, p99Ms: 3000 },
};

/** Fills in what a caller left out. */
export function withDefaults(given: EmulatorOptions): AllOptions {
  return {
    api: { host: '127.0.0.1', port: 0 },
    admin: { host: '127.0.0.1', port: 0 },
    adminNames: [],
    regions: ['ap-guangzhou'],
    credentials: {},
    policies: {},
    loadBalancers: [],
    forwarding: 'none',
    certificates: {},
    vips: '198.51.100.0/24',
    ipv6Vips: '2001:db8:51::/64',
    knownIps: [],
    probeSources: [],
    probeSpeed: 1,
    healthRules: [],
    reportLagMs: 0,
    latencies: defaultLatencies,
    tailMsPerTarget: 0,
    taskRetentionMs: Infinity,
    ratePerSecond: 20,
    ratesByAction: {},
    ratePerAccount: undefined,
    responseEncoding: { gzip: false, chunked: false },
    roles: [],
    quotas: defaultQuotas,
    switches: defaultSwitches,
    state: undefined,
    faults: {},
    callLog: undefined,
    countConnections: true,
    randomSeed: 1,
    clock: undefined,
    report: () => undefined,
    ...given,
  };
}
