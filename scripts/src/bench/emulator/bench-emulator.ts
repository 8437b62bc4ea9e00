import { canForward, openNamespaces, type Namespaces } from '@clb-direct/emulator/forwarding/testing/namespaces.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import type { Cloud } from './cloud.ts';
import type { Load, LoadSeen } from './load.ts';
import { askIn, startIn } from './program.ts';
import {
  describe,
  modes,
  problemsOf,
  summarize,
  ways,
  type Mode,
  type Seen,
  type Measurement,
  type Way,
} from './report.ts';

interface BenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

const ports = { target: 8080, tcp: 80, http: 8000 } as const;
const clients = 16;
/** How much longer than its measurement a load program may take. */
const startUpMs = 30_000;

/** Measures going by the emulator against going direct, prints it, and says whether no request was lost. */
export async function benchEmulator(o: BenchOptions): Promise<boolean> {
  if (!(await canForward())) {
    throw new Error('this needs Linux, root, nftables and conntrack: it builds network namespaces of its own');
  }
  const network = await openNamespaces();
  const stops: (() => Promise<void>)[] = [];
  try {
    say('starting a target and the emulator');
    const targets = network.targets.map((ip) => ({ ip, port: ports.target }));
    const addresses = targets.map(({ ip, port }) => `${ip}:${port}`);
    stops.push(await startIn(network.node, './target.ts', addresses, o.signal));
    const cloud: Cloud = { vip: network.vip, tcpPort: ports.tcp, httpPort: ports.http, targets };
    stops.push(await startIn(network.cloud, './cloud.ts', [JSON.stringify(cloud)], o.signal));
    const summary = summarize(await measure(network, o));
    const problems = problemsOf(summary);
    console.log(`\n${describe(summary)}\n${problems.map((problem) => `\n${problem}`).join('')}`);
    console.log(JSON.stringify(summary));
    return problems.length === 0;
  } finally {
    await Promise.all(stops.map((stop) => stop()));
    await network.close();
  }
}

async function measure(network: Namespaces, o: BenchOptions): Promise<Seen> {
  const nothing = (): Record<Way, Measurement[]> => ({ direct: [], l4: [], l7: [] });
  const seen: Record<Mode, Record<Way, Measurement[]>> = { kept: nothing(), new: nothing() };
  for (let round = 1; round <= o.rounds; round += 1) {
    for (const mode of modes) {
      // The first place rotates.
      for (let offset = 0; offset < ways.length; offset += 1) {
        const way = ways[(round + offset) % ways.length] ?? 'direct';
        seen[mode][way].push(await measureOnce(network, way, mode, o));
      }
    }
    const rates = ways.map((way) => `${way} ${seen.kept[way].at(-1)?.requestsPerSecond.toFixed(0) ?? '?'}/s`);
    say(`round ${round} of ${o.rounds}: ${rates.join(', ')}`);
  }
  return seen;
}

async function measureOnce(network: Namespaces, way: Way, mode: Mode, o: BenchOptions): Promise<Measurement> {
  const place = {
    direct: { host: network.targets[0] ?? '', port: ports.target },
    l4: { host: network.vip, port: ports.tcp },
    l7: { host: network.vip, port: ports.http },
  }[way];
  const load = (workers: number) => {
    const argument: Load = { ...place, workers, seconds: o.seconds, keepsConnections: mode === 'kept' };
    const timeoutMs = o.seconds * 1000 + startUpMs;
    const { signal } = o;
    return askIn<LoadSeen>({ namespace: network.clientSide, program: './load.ts', argument, timeoutMs, signal });
  };
  const alone = await load(1);
  const together = await load(clients);
  return {
    requestsPerSecond: together.requestsPerSecond,
    p50Us: alone.p50Us,
    p99Us: alone.p99Us,
    requests: alone.requests + together.requests,
    failures: alone.failures + together.failures,
  };
}
