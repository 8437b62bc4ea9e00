import { run } from '@clb-direct/cluster/machine/run.ts';
import { core } from './pinned-process.ts';

/** What the load client reports of one measurement. */
export interface LoadFigures {
  readonly reviews: number;
  readonly seconds: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly serverCpuSeconds: number;
  readonly clientCpuSeconds: number;
  readonly firstAnswerSeconds: number;
}

/** The load client, on its own core. */
export interface LoadClient {
  /** Keeps so many connections busy for so many seconds, after a second that does not count. */
  measure(o: { port: number; pid: number; connections: number; seconds: number }): Promise<LoadFigures>;
  /** Milliseconds from a moment until a server answers its first review. */
  untilFirstAnswer(port: number, sinceMs: number): Promise<number>;
}

export function createLoadClient(o: { program: string; reviewPath: string; signal: AbortSignal }): LoadClient {
  async function ask(flags: Readonly<Record<string, string | number>>, timeoutMs: number): Promise<LoadFigures> {
    const all = Object.entries({ review: o.reviewPath, ...flags }).map(([name, value]) => `-${name}=${value}`);
    const command = ['taskset', '-c', String(core.client), o.program, ...all];
    const { stdout } = await run(command, { signal: o.signal, timeoutMs });
    return JSON.parse(stdout) as LoadFigures;
  }

  return {
    measure: ({ seconds, ...flags }) => ask({ ...flags, duration: `${seconds}s` }, (seconds + 60) * 1_000),
    async untilFirstAnswer(port, sinceMs) {
      return (await ask({ port, since: sinceMs }, 90_000)).firstAnswerSeconds * 1_000;
    },
  };
}
