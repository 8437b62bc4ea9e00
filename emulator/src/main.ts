import { startEmulator } from './emulator.ts';
import { describeFlags, FlagsError, parseFlags } from './options/flags.ts';
import type { EmulatorOptions } from './options/options.ts';

function fail(lines: readonly string[], code: number): never {
  lines.forEach((line) => console.error(line));
  process.exit(code);
}

function readOptions(args: string[]): EmulatorOptions {
  try {
    return parseFlags(args);
  } catch (error) {
    return fail([...(error instanceof FlagsError ? error.problems : [String(error)]), 'See --help.'], 2);
  }
}

async function main(args: string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(describeFlags());
    return;
  }
  const options = readOptions(args);
  const report = (problem: string) => console.error(JSON.stringify({ time: new Date().toISOString(), problem }));
  const { apiPort, adminPort, close } = await startEmulator({ ...options, report });
  const stop = () => {
    close().catch((error: unknown) => fail([String(error)], 1));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const url = (host: string | undefined, port: number) => `http://${host ?? ''}:${port}`;
  const api = url(options.api?.host, apiPort);
  const admin = url(options.admin?.host, adminPort);
  console.log(JSON.stringify({ ready: true, api, admin, pid: process.pid }));
}

await main(process.argv.slice(2)).catch((error: unknown) =>
  fail([error instanceof Error ? error.message : String(error)], 1),
);
