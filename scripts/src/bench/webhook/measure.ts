import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from './contestants.ts';
import type { LoadClient } from './load-client.ts';
import { memoryOf, startPinned, type PinnedProcess } from './pinned-process.ts';

/** A server that has answered its first review. */
export interface RunningServer {
  readonly contestant: Contestant;
  readonly port: number;
  readonly process: PinnedProcess;
  /** Milliseconds from the start of its process to that answer. */
  readonly firstAnswerMs: number;
}

/** One measurement of one server. */
export interface Measurement {
  readonly reviewsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly cpuUs: number;
  readonly rssMiB: number;
  /** How busy the server's core and the client's core were, 1 = all the time. */
  readonly serverShare: number;
  readonly clientShare: number;
}

const connections = 16;

/** Starts a server and waits for its first answer. */
export async function startServer(
  contestant: Contestant,
  o: { folder: string; client: LoadClient; compileCache?: string },
): Promise<RunningServer> {
  const [port, opsPort] = [await freePort(), await freePort()];
  const logPath = join(o.folder, `${contestant.name}.log`);
  const cache = o.compileCache === undefined ? {} : { NODE_COMPILE_CACHE: o.compileCache };
  const env = { ...contestant.env(port, opsPort), ...cache };
  const startedMs = Date.now();
  const process = startPinned({ command: contestant.command(port, opsPort), env, logPath });
  try {
    const firstAnswerMs = await o.client.untilFirstAnswer(port, startedMs);
    return { contestant, port, process, firstAnswerMs };
  } catch (error) {
    await process.stop();
    const said = readFileSync(logPath, 'utf8').trim().split('\n').slice(-10).join('\n');
    throw new Error(`${contestant.title} answers no review; it says:\n${said}`, { cause: error });
  }
}

/** Loads a server for one measurement. */
export async function measureOnce(server: RunningServer, client: LoadClient, seconds: number): Promise<Measurement> {
  const { port, process } = server;
  const seen = await client.measure({ port, pid: process.pid, connections, seconds });
  return {
    reviewsPerSecond: seen.reviews / seen.seconds,
    p50Us: seen.p50Us,
    p99Us: seen.p99Us,
    cpuUs: (seen.serverCpuSeconds / seen.reviews) * 1e6,
    rssMiB: (await memoryOf(process.pid)).nowMiB,
    serverShare: seen.serverCpuSeconds / seen.seconds,
    clientShare: seen.clientCpuSeconds / seen.seconds,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
