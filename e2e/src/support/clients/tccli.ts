import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access, ApiClient, Outcome } from './api-client.ts';

const limitMs = 60_000;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], home: string): Promise<Ran> {
  return new Promise((resolve) => {
    // Nothing of this process's environment, so that no proxy and no settings of this machine count.
    const env = { HOME: home, LANG: 'C.UTF-8', PYTHONWARNINGS: 'ignore' };
    execFile(command, args, { env, timeout: limitMs, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}

const failed = /\[TencentCloudSDKException\] code:(\S+) message:([\s\S]*) requestId:(\S+)/;

function outcomeOf({ code, stdout, stderr }: Ran): Outcome {
  if (code === 0) return { answer: JSON.parse(stdout) as Record<string, unknown> };
  const [, name, message, requestId] = failed.exec(stdout + stderr) ?? [];
  if (name === undefined || message === undefined) throw new Error(`tccli ended with ${code}: ${stdout}${stderr}`);
  return { error: { code: name, message, requestId: requestId ?? null } };
}

/** A request as flags: texts as they are, the rest as JSON. */
function flagsOf(request: object): string[] {
  const members = Object.entries(request) as [string, unknown][];
  return members.flatMap(([name, value]) => [`--${name}`, typeof value === 'string' ? value : JSON.stringify(value)]);
}

/** The official command line, one process a call, as people type it. */
export async function openTccli(programs: string, access: Access, more: readonly string[] = []): Promise<ApiClient> {
  const home = await mkdtemp(join(tmpdir(), 'clb-direct-tccli-'));
  const { endpoint, region, secretId, secretKey } = access;
  // Without a scheme it takes https.
  const where = ['--endpoint', `http://${endpoint}`, '--region', region, '--language', 'en-US', '--output', 'json'];
  const who = ['--secretId', secretId, '--secretKey', secretKey, ...more];
  const tccli = [join(programs, 'tccli'), 'clb'];
  return {
    call: async (action, request) =>
      outcomeOf(await run(join(programs, 'python'), [...tccli, action, ...where, ...who, ...flagsOf(request)], home)),
    close: () => rm(home, { recursive: true, force: true }),
  };
}
