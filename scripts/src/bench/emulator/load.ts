// The client of the emulator's benchmark: keeps workers busy for a time and prints what they saw as JSON.
import { Agent, get } from 'node:http';

/** What one measurement is about, as the only argument. */
export interface Load {
  host: string;
  port: number;
  workers: number;
  seconds: number;
  /** Else each request has a connection of its own. */
  keepsConnections: boolean;
}

/** What it saw. */
export interface LoadSeen {
  requests: number;
  requestsPerSecond: number;
  p50Us: number;
  p99Us: number;
  failures: number;
}

const warmUpMs = 300;
const { host, port, workers, seconds, keepsConnections } = JSON.parse(process.argv[2] ?? '{}') as Load;
const agent = keepsConnections ? new Agent({ keepAlive: true }) : false;

function ask(): Promise<boolean> {
  return new Promise((resolve) => {
    const call = get({ host, port, agent, timeout: 10_000 }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200));
      response.on('error', () => resolve(false));
    });
    call.on('error', () => resolve(false)).on('timeout', () => call.destroy());
  });
}

const fromMs = performance.now() + warmUpMs;
const untilMs = fromMs + seconds * 1000;
const tookUs: number[] = [];
let failures = 0;
let requests = 0;
async function work(): Promise<void> {
  for (let beginMs = performance.now(); beginMs < untilMs; beginMs = performance.now()) {
    const isGood = await ask();
    requests += 1;
    if (!isGood) failures += 1;
    if (beginMs >= fromMs) tookUs.push((performance.now() - beginMs) * 1000);
  }
}
await Promise.all(Array.from({ length: workers }, work));
tookUs.sort((a, b) => a - b);
const at = (share: number) => tookUs[Math.floor((tookUs.length - 1) * share)] ?? NaN;
const seen: LoadSeen = {
  ...{ requests, failures, p50Us: at(0.5), p99Us: at(0.99) },
  requestsPerSecond: tookUs.length / seconds,
};
console.log(JSON.stringify(seen));
process.exit();
