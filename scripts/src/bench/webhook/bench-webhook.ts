import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeApiServer, type FakeApiServer } from '@clb-direct/shared/testing/fake-api-server.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { root } from '../../stack/stack.ts';
import { prepareContestants, type Contestant } from './contestants.ts';
import { ensureGoPrograms } from './go-programs.ts';
import { createLoadClient, type LoadClient } from './load-client.ts';
import { startServer, measureOnce, type RunningServer, type Measurement } from './measure.ts';
import { describe, problemsOf, summarize, type Seen } from './report.ts';
import { sampleReview } from './sample-review.ts';

interface BenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

type Contestants = Readonly<Record<Contestant['name'], Contestant>>;

interface Arena {
  readonly folder: string;
  readonly contestants: Contestants;
  readonly client: LoadClient;
}

/** Runs the comparison, prints it, and says whether the floors held. */
export async function benchWebhook(o: BenchOptions): Promise<boolean> {
  checkMachine();
  const goPrograms = await ensureGoPrograms({ root, say, signal: o.signal });
  const folder = await mkdtemp(join(tmpdir(), 'clb-direct-bench-'));
  const api = await startFakeApiServer();
  try {
    api.create('/api/v1/namespaces', { metadata: { name: 'clb-direct' } });
    const reviewPath = join(folder, 'review.json');
    await writeFile(reviewPath, sampleReview());
    const client = createLoadClient({ program: goPrograms.load, reviewPath, signal: o.signal });
    say('bundling');
    const contestants = await prepareContestants({ root, folder, kubeconfigPath: api.kubeconfigPath, goPrograms });
    return await compete({ folder, contestants, client }, api, o);
  } finally {
    await api.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function checkMachine(): void {
  if (process.platform !== 'linux') throw new Error('this needs Linux: it pins programs to cores and reads /proc');
  if (availableParallelism() < 2) throw new Error('this needs two cores, one for the server and one for the client');
}

async function compete(arena: Arena, api: FakeApiServer, o: BenchOptions): Promise<boolean> {
  await makeCertificates(arena, api);
  const { starts, cachedStarts } = await measureStarts(arena, o);
  const measurements = await measureRounds(arena, o);
  const { ours, bareHttps, controllerRuntime } = arena.contestants;
  const titles = { ours: ours.title, bareHttps: bareHttps.title, controllerRuntime: controllerRuntime.title };
  const summary = summarize({ titles, measurements, starts, cachedStarts });
  const problems = problemsOf(summary);
  console.log(`\n${describe(summary, titles)}\n${problems.map((problem) => `\n${problem}`).join('')}`);
  console.log(JSON.stringify(summary));
  return problems.length === 0;
}

/** The first start of ours makes the certificates, as after an installation; the others serve the same ones. */
async function makeCertificates(arena: Arena, api: FakeApiServer): Promise<void> {
  say('first start of ours: it makes its certificates');
  const first = await startServer(arena.contestants.ours, arena);
  await first.process.stop();
  const secret = api.store.get(placeOf('/api/v1/namespaces/clb-direct/secrets/clb-direct-webhook-certs'));
  const data = secret['data'] as Readonly<Record<string, string>>;
  for (const name of ['tls.crt', 'tls.key']) {
    await writeFile(join(arena.folder, name), Buffer.from(data[name] ?? '', 'base64'), { mode: 0o600 });
  }
}

const eachOf = async <T>(make: (name: Contestant['name']) => Promise<T>): Promise<Record<Contestant['name'], T>> => ({
  ours: await make('ours'),
  bareHttps: await make('bareHttps'),
  controllerRuntime: await make('controllerRuntime'),
});

async function measureStarts(arena: Arena, { rounds }: BenchOptions): Promise<Pick<Seen, 'starts' | 'cachedStarts'>> {
  const starts: Record<Contestant['name'], number[]> = { ours: [], bareHttps: [], controllerRuntime: [] };
  const cachedStarts: Record<Contestant['name'], number[]> = { ours: [], bareHttps: [], controllerRuntime: [] };
  const compileCache = join(arena.folder, 'compile-cache');
  const startOnce = async (name: Contestant['name'], cache?: string) => {
    const cached = cache === undefined ? {} : { compileCache: cache };
    const server = await startServer(arena.contestants[name], { ...arena, ...cached });
    await server.process.stop();
    return server.firstAnswerMs;
  };
  await eachOf(async (name) => {
    if (arena.contestants[name].isNode) await startOnce(name, compileCache);
  });
  for (let round = 1; round <= rounds; round += 1) {
    say(`starts, round ${round} of ${rounds}`);
    await eachOf(async (name) => {
      starts[name].push(await startOnce(name));
      if (arena.contestants[name].isNode) cachedStarts[name].push(await startOnce(name, compileCache));
    });
  }
  return { starts, cachedStarts };
}

async function measureRounds(arena: Arena, { rounds, seconds }: BenchOptions): Promise<Seen['measurements']> {
  const running: RunningServer[] = [];
  const measurements: Record<Contestant['name'], Measurement[]> = { ours: [], bareHttps: [], controllerRuntime: [] };
  try {
    for (const contestant of Object.values(arena.contestants)) running.push(await startServer(contestant, arena));
    for (const server of running) await measureOnce(server, arena.client, 2);
    for (let round = 1; round <= rounds; round += 1) {
      for (const server of rotated(running, round)) {
        const measurement = await measureOnce(server, arena.client, seconds);
        measurements[server.contestant.name].push(measurement);
      }
      say(`round ${round} of ${rounds}: ${lastRates(measurements)}`);
    }
    return measurements;
  } finally {
    await Promise.all(running.map(({ process }) => process.stop()));
  }
}

/** The first place rotates. */
function rotated<T>(all: readonly T[], by: number): T[] {
  const from = by % all.length;
  return [...all.slice(from), ...all.slice(0, from)];
}

function lastRates(measurements: Readonly<Record<string, readonly Measurement[]>>): string {
  return Object.entries(measurements)
    .map(([name, all]) => `${name} ${all.at(-1)?.reviewsPerSecond.toFixed(0) ?? '?'}/s`)
    .join(', ');
}
