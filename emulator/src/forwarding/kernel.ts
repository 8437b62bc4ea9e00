import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseConnections, type Connection } from './connections.ts';
import { renderCuts, type Cut } from './cuts.ts';
import type { Table } from './ruleset.ts';

/** What a load balancer needs of the kernel: rules for new connections, the list of connections, and cutting some. */
export interface Kernel {
  apply(lines: readonly string[]): Promise<void>;
  connections(): Promise<Connection[]>;
  cut(cuts: readonly Cut[]): Promise<void>;
  /** Takes away what was applied. */
  close(): Promise<void>;
}

const timeoutMs = 10_000;
const largestListing = 512 * 1024 * 1024;

interface CommandError {
  code?: number | string;
  stderr?: string;
}

type Run = (command: string, args: string[], input?: string) => Promise<string>;

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

function createRun(within: string | undefined): Run {
  return async (command, args, input = '') => {
    const [program = '', ...rest] = [...(within ? ['ip', 'netns', 'exec', within] : []), command, ...args];
    try {
      const running = promisify(execFile)(program, rest, { timeout: timeoutMs, maxBuffer: largestListing });
      running.child.stdin?.on('error', () => undefined);
      running.child.stdin?.end(input);
      return (await running).stdout;
    } catch (error) {
      throw explain(error, command);
    }
  };
}

/**
 * Opens the kernel of this network namespace, or of the named one, and removes what an earlier process left behind.
 * Fails with one clear line when it cannot.
 */
export async function openKernel(within?: string): Promise<Kernel> {
  const run = createRun(within);
  const removeTables = async (tables: readonly Table[]) => {
    await run(
      'nft',
      ['-f', '-'],
      tables.map((table) => `add table ${table} clb\ndelete table ${table} clb\n`).join(''),
    );
  };
  const list = async (family: string) => parseConnections(await run('conntrack', ['-L', '-f', family]));
  let hasIpv6 = false;
  const connections = async () => (await Promise.all([list('ipv4'), ...(hasIpv6 ? [list('ipv6')] : [])])).flat();
  await run('conntrack', ['--version']);
  await removeTables(['ip']);
  // A kernel may have no IPv6.
  await removeTables(['ip6']).catch(() => undefined);
  return {
    async apply(lines) {
      hasIpv6 ||= lines.some((line) => line.startsWith('add table ip6 '));
      await run('nft', ['-f', '-'], `${lines.join('\n')}\n`);
    },
    connections,
    async cut(cuts) {
      if (cuts.length === 0) return;
      // It opens its input by name, which fails for the socket that Node makes of a pipe: cat has a real one.
      const load = ['-c', 'cat | conntrack --load-file -'];
      for (const lines of renderCuts(cuts, await connections())) await run('sh', load, `${lines.join('\n')}\n`);
    },
    async close() {
      await removeTables(hasIpv6 ? ['ip', 'ip6'] : ['ip']);
    },
  };
}
