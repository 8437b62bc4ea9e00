import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import type { EmulatorOptions } from './options.ts';
import { defaultLatencies } from './options.ts';
import type { HealthRule } from './health/health-rules.ts';
import { defaultQuotas, type Quotas } from './limits/quotas.ts';
import { readCertificateFile } from './proxy/certificate-file.ts';
import type { Spread } from './random.ts';
import type { Certificate } from './state/model.ts';
import type { LoadBalancerSeed } from './state/seed.ts';
import { parseRange } from './state/vip-pool.ts';
import { defaultSwitches, type Switches } from './switches.ts';

const spreadText = ({ p50Ms, p99Ms }: Spread) => `${p50Ms}:${p99Ms}`;

/** Every flag with its default and what it means. */
const flags = {
  'api-host': { default: '127.0.0.1', help: 'address of the CLB API' },
  'api-port': { default: '8080', help: 'port of the CLB API; 0 takes a free one' },
  'admin-host': { default: '127.0.0.1', help: 'address of the admin API' },
  'admin-port': { default: '8081', help: 'port of the admin API; 0 takes a free one' },
  seed: { default: '', help: 'JSON file {"loadBalancers":[{"id","name","vip","vpcId","region"}]}' },
  credentials: { default: 'local-id:local-key', help: 'who may call: ID:KEY[:TOKEN], comma separated' },
  regions: { default: 'ap-guangzhou', help: 'regions that exist, comma separated' },
  forwarding: {
    default: 'none',
    help: 'nftables, proxy (HTTP, HTTPS and TCP_SSL only, without root), or none when no traffic is to flow',
  },
  certificates: {
    default: '',
    help: 'JSON file {"certificates":[{"id","certificate","privateKey"}]}, each as PEM or a file of PEM',
  },
  vips: { default: '198.51.100.0/24', help: 'where CreateLoadBalancer takes VIPs from' },
  'known-ips': { default: '', help: 'ranges of IPs that can be bound, comma separated; empty: all' },
  'probe-source': {
    default: '',
    help: 'local addresses of health probes, in 100.64.0.0/10 as the cloud, comma separated: a probing node each; empty: one node, any address',
  },
  'probe-speed': { default: '1', help: 'divides the intervals of health checks' },
  'health-rules': {
    default: '',
    help: 'RANGE=Alive|Dead, comma separated: targets that are not probed and what they are',
  },
  'report-lag-ms': { default: '0', help: 'how long DescribeTargetHealth tells the old health after a change' },
  'task-ms': {
    default: spreadText(defaultLatencies.task),
    help: 'duration of asynchronous tasks, median:99th percentile',
  },
  'batch-ms': { default: spreadText(defaultLatencies.batch), help: 'duration of batch calls, median:99th percentile' },
  'create-ms': { default: spreadText(defaultLatencies.create), help: 'duration of CreateLoadBalancer' },
  'tail-ms': { default: '0', help: 'per target of a batch: how long its CLB stays busy after the call' },
  'task-retention-ms': { default: '', help: 'how long a task is known after its end; empty: for ever' },
  'rate-limit': { default: '20', help: 'requests a second by action and secret id' },
  'rate-limits': { default: '', help: 'other limits for some actions: ACTION=NUMBER, comma separated' },
  'account-rate-limit': { default: '', help: 'requests a second of all callers together; empty: no limit' },
  'response-encoding': { default: '', help: 'gzip, chunked or both, comma separated: how answers are sent' },
  roles: { default: '', help: 'ARNs of the roles that STS knows, comma separated; empty: every one' },
  quotas: {
    default: '',
    help: `other quotas: NAME=NUMBER, comma separated: ${Object.keys(defaultQuotas).join(', ')}`,
  },
  'quota-listeners': { default: String(defaultQuotas.listenersPerLoadBalancer), help: 'listeners of a CLB' },
  'quota-targets': { default: String(defaultQuotas.targetsPerListener), help: 'targets of a listener' },
  switches: { default: '', help: `SWITCH=true|false, comma separated: ${Object.keys(defaultSwitches).join(', ')}` },
  'call-log': { default: '', help: 'file for a JSON line per call and health change' },
  'random-seed': { default: '1', help: 'start of the row of random numbers' },
} as const;

type Flag = keyof typeof flags;

/** The command line is wrong; every problem is listed. */
export class FlagsError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** What --help prints. */
export function describeFlags(): string {
  const lines = Object.entries(flags).map(
    ([name, { default: value, help }]) => `  --${name.padEnd(16)} ${help} (default: ${value === '' ? 'none' : value})`,
  );
  return ['node emulator/src/main.ts [flags]', '', ...lines].join('\n');
}

const list = (value: string) => value.split(',').filter((part) => part !== '');

function number(least: number) {
  return (value: string) => {
    const parsed = Number(value);
    if (value === '' || !Number.isFinite(parsed) || parsed < least) throw new Error(`a number from ${least}`);
    return parsed;
  };
}

function port(value: string): number {
  if (!/^\d+$/.test(value) || Number(value) > 65535) throw new Error('a port from 0 to 65535');
  return Number(value);
}

function numbersOf(value: string): Record<string, number> {
  const entries = list(value).map((part) => {
    const [, name, amount] = /^(\w+)=(\d+)$/.exec(part) ?? [];
    if (!name || !amount) throw new Error('NAME=NUMBER, comma separated');
    return [name, Number(amount)] as const;
  });
  return Object.fromEntries(entries);
}

function quotasOf(value: string): Partial<Quotas> {
  const chosen = numbersOf(value);
  const wrong = Object.keys(chosen).find((name) => !(name in defaultQuotas));
  if (wrong !== undefined) throw new Error(`NAME=NUMBER of ${Object.keys(defaultQuotas).join(', ')}`);
  return chosen;
}

function encodingOf(value: string) {
  const parts = list(value);
  if (!parts.every((part) => part === 'gzip' || part === 'chunked')) throw new Error('gzip, chunked or both');
  return { gzip: parts.includes('gzip'), chunked: parts.includes('chunked') };
}

function spread(value: string): Spread {
  const [, p50, p99] = /^(\d+):(\d+)$/.exec(value) ?? [];
  if (p50 === undefined || p99 === undefined || Number(p50) > Number(p99)) throw new Error('MEDIAN:P99 like 300:1500');
  return { p50Ms: Number(p50), p99Ms: Number(p99) };
}

function credentials(value: string) {
  const entries = list(value).map((part) => {
    const [id, secretKey, token] = part.split(':');
    if (!id || !secretKey) throw new Error('ID:KEY or ID:KEY:TOKEN, comma separated');
    return [id, { secretKey, token }] as const;
  });
  return Object.fromEntries(entries);
}

function switchesOf(value: string): Switches {
  const chosen = list(value).map((part) => {
    const [, name, setting] = /^(\w+)=(true|false)$/.exec(part) ?? [];
    if (!name || !(name in defaultSwitches))
      throw new Error(`SWITCH=true|false of ${Object.keys(defaultSwitches).join(', ')}`);
    return [name, setting === 'true'] as const;
  });
  return { ...defaultSwitches, ...Object.fromEntries(chosen) };
}

function forwarding(value: string): 'nftables' | 'proxy' | 'none' {
  if (value === 'nftables' || value === 'proxy' || value === 'none') return value;
  throw new Error('nftables, proxy or none');
}

function certificates(path: string): Record<string, Certificate> {
  if (path === '') return {};
  try {
    return readCertificateFile(path);
  } catch (error) {
    throw new Error(`a JSON file of certificates (${String(error)})`, { cause: error });
  }
}

function range(value: string): string {
  try {
    parseRange(value);
    return value;
  } catch {
    throw new Error('a range like 198.51.100.0/24');
  }
}

function addresses(value: string): string[] {
  if (list(value).every((part) => isIPv4(part))) return list(value);
  throw new Error('IPv4 addresses, comma separated');
}

function healthRules(value: string): HealthRule[] {
  return list(value).map((part) => {
    const [, base = '', bits = '', health] = /^([\d.]+)\/(\d+)=(Alive|Dead)$/.exec(part) ?? [];
    if (!isIPv4(base) || Number(bits) > 32)
      throw new Error('RANGE=Alive|Dead like 10.200.0.0/16=Alive, comma separated');
    return { range: `${base}/${bits}`, health: health === 'Dead' ? 'Dead' : 'Alive' };
  });
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function seed(path: string): LoadBalancerSeed[] {
  if (path === '') return [];
  const content = readJson(path) as { loadBalancers?: LoadBalancerSeed[] } | undefined;
  if (!Array.isArray(content?.loadBalancers)) throw new Error('a readable JSON file with {"loadBalancers":[...]}');
  return content.loadBalancers;
}

function givenFlags(args: string[]): Partial<Record<Flag, string>> {
  const options = Object.fromEntries(Object.keys(flags).map((name) => [name, { type: 'string' as const }]));
  return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
}

function createReader(given: Partial<Record<Flag, string>>) {
  const problems: string[] = [];
  function read<T>(name: Flag, parse: (value: string) => T): T {
    const value = given[name] ?? flags[name].default;
    try {
      return parse(value);
    } catch (error) {
      problems.push(`--${name}: got "${value}", expects ${error instanceof Error ? error.message : String(error)}`);
      // Nobody sees it: parseFlags throws when there is a problem.
      return undefined as T;
    }
  }
  return { read, problems };
}

/** Reads the command line; throws a FlagsError with all its problems at once. */
export function parseFlags(args: string[]): EmulatorOptions {
  const { read, problems } = createReader(givenFlags(args));
  const text = (value: string) => value;
  const options: EmulatorOptions = {
    api: { host: read('api-host', text), port: read('api-port', port) },
    admin: { host: read('admin-host', text), port: read('admin-port', port) },
    regions: read('regions', list),
    credentials: read('credentials', credentials),
    loadBalancers: read('seed', seed),
    forwarding: read('forwarding', forwarding),
    certificates: read('certificates', certificates),
    vips: read('vips', range),
    knownIps: read('known-ips', list),
    probeSources: read('probe-source', addresses),
    probeSpeed: read('probe-speed', number(0.01)),
    healthRules: read('health-rules', healthRules),
    reportLagMs: read('report-lag-ms', number(0)),
    latencies: { task: read('task-ms', spread), batch: read('batch-ms', spread), create: read('create-ms', spread) },
    tailMsPerTarget: read('tail-ms', number(0)),
    taskRetentionMs: read('task-retention-ms', (value) => (value === '' ? Infinity : number(0)(value))),
    ratePerSecond: read('rate-limit', number(1)),
    ratesByAction: read('rate-limits', numbersOf),
    ratePerAccount: read('account-rate-limit', (value) => (value === '' ? undefined : number(1)(value))),
    responseEncoding: read('response-encoding', encodingOf),
    roles: read('roles', list),
    quotas: {
      ...defaultQuotas,
      ...read('quotas', quotasOf),
      listenersPerLoadBalancer: read('quota-listeners', number(1)),
      targetsPerListener: read('quota-targets', number(1)),
    },
    switches: read('switches', switchesOf),
    callLog: read('call-log', (value) => value || undefined),
    randomSeed: read('random-seed', number(0)),
  };
  if (problems.length > 0) throw new FlagsError(problems);
  return options;
}
