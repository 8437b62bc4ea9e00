import { parseArgs } from 'node:util';
import { ProblemsError } from '../errors/problems-error.ts';
import { defaultQuotas } from '../limits/quotas.ts';
import * as files from './flag-files.ts';
import { flags, type Flag } from './flag-table.ts';
import * as values from './flag-values.ts';
import type { EmulatorOptions } from './options.ts';

/** The command line is wrong; every problem is listed. */
export class FlagsError extends ProblemsError {}

/** What --help prints. */
export function describeFlags(): string {
  const lines = Object.entries(flags).map(
    ([name, { default: value, help }]) => `  --${name.padEnd(16)} ${help} (default: ${value === '' ? 'none' : value})`,
  );
  return ['node emulator/src/main.ts [flags]', '', ...lines].join('\n');
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
      if (error instanceof files.FileError) problems.push(...error.problems.map((problem) => `--${name}: ${problem}`));
      else
        problems.push(`--${name}: got "${value}", expects ${error instanceof Error ? error.message : String(error)}`);
      // Never used: parseFlags throws when there is a problem.
      return undefined as T;
    }
  }
  return { read, problems };
}

/** Reads the command line; throws a FlagsError with all its problems at once. */
export function parseFlags(args: string[]): EmulatorOptions {
  const { read, problems } = createReader(givenFlags(args));
  const text = (value: string) => value;
  const regions = read('regions', values.list);
  const options: EmulatorOptions = {
    api: { host: read('api-host', text), port: read('api-port', values.port) },
    admin: { host: read('admin-host', text), port: read('admin-port', values.port) },
    adminNames: read('admin-names', values.list),
    regions,
    credentials: read('credentials', values.credentials),
    policies: read('policies', files.policies),
    loadBalancers: read('seed', files.seed),
    forwarding: read('forwarding', values.forwarding),
    certificates: read('certificates', files.certificates),
    vips: read('vips', values.range),
    ipv6Vips: read('ipv6-vips', values.ipv6Range),
    knownIps: read('known-ips', values.list),
    probeSources: read('probe-source', values.addresses),
    probeSpeed: read('probe-speed', values.number(0.01)),
    healthRules: read('health-rules', values.healthRules),
    reportLagMs: read('report-lag-ms', values.number(0)),
    latencies: {
      task: read('task-ms', values.spread),
      batch: read('batch-ms', values.spread),
      create: read('create-ms', values.spread),
    },
    tailMsPerTarget: read('tail-ms', values.number(0)),
    taskRetentionMs: read('task-retention-ms', (value) => (value === '' ? Infinity : values.number(0)(value))),
    ratePerSecond: read('rate-limit', values.number(1)),
    ratesByAction: read('rate-limits', values.numbersOf),
    ratePerAccount: read('account-rate-limit', (value) => (value === '' ? undefined : values.number(1)(value))),
    responseEncoding: read('response-encoding', values.encodingOf),
    roles: read('roles', values.list),
    quotas: {
      ...defaultQuotas,
      ...read('quotas', values.quotasOf),
      listenersPerLoadBalancer: read('quota-listeners', values.number(1)),
      targetsPerListener: read('quota-targets', values.number(1)),
    },
    state: read('state', files.state(regions)),
    faults: read('faults', files.faults),
    switches: read('switches', values.switchesOf),
    callLog: read('call-log', (value) => value || undefined),
    countConnections: read('count-connections', values.boolean),
    randomSeed: read('random-seed', values.number(0)),
  };
  if (problems.length > 0) throw new FlagsError(problems);
  return options;
}
