import { isOnPath } from '@clb-direct/cluster/checks/packages.ts';
import { startEmulator } from '@clb-direct/emulator/emulator.ts';
import { describeFlags, FlagsError } from '@clb-direct/emulator/options/flags.ts';
import { aborted } from '@clb-direct/shared/runtime/aborted.ts';
import { makeLocal } from './local-route.ts';
import { planEmulator, type Machine, type Plan } from './plan.ts';
import { explain } from '../explain.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { stopOnSignals } from '@clb-direct/shared/runtime/command-line/stop-on-signals.ts';

const usage = `Usage: ./scripts/emulator [FLAG VALUE]...

Runs Tencent's CLB on this machine, alone: an API that the official SDKs take for the cloud's, health checks, traffic,
and a page that shows it all. Without root it carries HTTP, HTTPS and TCP_SSL, with root TCP and UDP too.
Ctrl-C ends it.
One load balancer is there from the start unless --seed or --state says what is.

Flags, all of them optional; --forwarding is chosen by what this machine allows, and --vips with it:`;

function lookAtMachine(): Machine {
  const path = process.env['PATH'] ?? '';
  const programs: readonly [string, string][] = [
    ['nft', 'nftables'],
    ['conntrack', 'conntrack'],
    ['ip', 'iproute2'],
  ];
  const missing = programs.filter(([program]) => !isOnPath(program, path)).map(([, name]) => name);
  return { isRoot: process.getuid?.() === 0, missing };
}

function describe({ options, advice }: Plan, ports: { apiPort: number; adminPort: number }): string[] {
  const { api, admin, regions, credentials, vips, loadBalancers } = options;
  const callers = Object.entries(credentials).map(([id, { secretKey }]) => `secret id ${id}, secret key ${secretKey}`);
  return [
    `API   http://${api.host}:${ports.apiPort}  ${callers.join('; ')}, region ${regions.join(', ')}`,
    `page  http://${admin.host}:${ports.adminPort}/  also /call-sums, /metrics, /faults, /state: emulator/README.md`,
    `VIPs  ${vips}`,
    ...loadBalancers.map(({ id, vip }) => `      ${id} at ${vip}`),
    ...advice,
  ];
}

async function run(plan: Plan): Promise<void> {
  const stop = stopOnSignals();
  const takeBack = plan.localRange === undefined ? undefined : await makeLocal(plan.localRange);
  try {
    const running = await startEmulator({ ...plan.options, report: say });
    describe(plan, running).forEach((line) => console.log(line));
    await aborted(stop.signal);
    await running.close();
  } finally {
    await takeBack?.();
  }
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log([usage, ...describeFlags().split('\n').slice(1)].join('\n'));
    return;
  }
  await run(planEmulator(args, lookAtMachine()));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const lines = error instanceof FlagsError ? error.problems : explain(error, 'scripts/emulator').lines;
  for (const line of lines) console.error(line);
  process.exitCode = error instanceof FlagsError ? 2 : explain(error, 'scripts/emulator').code;
}
