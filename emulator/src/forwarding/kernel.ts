import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A connection's way through a VIP that is to be cut. */
export interface Cut {
  protocol: 'tcp' | 'udp';
  vip: string;
  port: number;
  targetIp: string;
  targetPort: number;
}

/** The kernel's two doors for a balancer: what new connections do, and the end of old ones. */
export interface Kernel {
  apply(ruleset: string): Promise<void>;
  cut(cut: Cut): Promise<void>;
}

const timeoutMs = 10_000;

interface CommandError {
  code?: number | string;
  stderr?: string;
}

async function run(command: string, args: string[], input = ''): Promise<void> {
  const running = promisify(execFile)(command, args, { timeout: timeoutMs });
  running.child.stdin?.on('error', () => undefined);
  running.child.stdin?.end(input);
  await running;
}

function explain(error: unknown, command: string): Error {
  const { code, stderr = '' } = error as CommandError;
  if (code === 'ENOENT') {
    const packages: Record<string, string> = { nft: 'nftables', conntrack: 'conntrack' };
    return new Error(
      `forwarding needs ${command}: apt-get install ${packages[command] ?? command}, or --forwarding none`,
    );
  }
  const reason = stderr.trim().split('\n')[0] ?? '';
  return new Error(
    `${command}: ${reason || String(error)}${reason.includes('not permitted') ? ' (run it as root)' : ''}`,
  );
}

async function runOrExplain(command: string, args: string[], input?: string): Promise<void> {
  try {
    await run(command, args, input);
  } catch (error) {
    throw explain(error, command);
  }
}

function cutArguments({ protocol, vip, port, targetIp, targetPort }: Cut): string[] {
  const original = ['--orig-dst', vip, '--orig-port-dst', String(port)];
  const reply = ['--reply-src', targetIp, '--reply-port-src', String(targetPort)];
  return ['-D', '-f', 'ipv4', '-p', protocol, ...original, ...reply];
}

/** Opens both doors, removing what an earlier process left behind; fails with one clear line when it cannot. */
export async function openKernel(): Promise<Kernel> {
  await runOrExplain('conntrack', ['--version']);
  await removeTable();
  return {
    apply: (ruleset) => runOrExplain('nft', ['-f', '-'], ruleset),
    async cut(cut) {
      try {
        await run('conntrack', cutArguments(cut));
      } catch (error) {
        // Exit code 1 says that there was no such connection.
        if ((error as CommandError).code !== 1) throw explain(error, 'conntrack');
      }
    },
  };
}

/** Takes the table away, whether it is there or not. */
export async function removeTable(): Promise<void> {
  await runOrExplain('nft', ['-f', '-'], 'add table ip clb\ndelete table ip clb\n');
}
