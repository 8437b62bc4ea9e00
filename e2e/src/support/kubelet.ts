import { readdir, readFile } from 'node:fs/promises';

/** Freezes a node's kubelet during the work, as a node that hangs does: containers go on, none is ended or started. */
export async function withFrozenKubelet<T>(node: string, work: () => Promise<T>): Promise<T> {
  const pid = await kubeletOf(node);
  process.kill(pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

async function kubeletOf(node: string): Promise<number> {
  const running = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const commands = await Promise.all(
    running.map(async (pid) => ({ pid, text: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') })),
  );
  const [found] = commands.filter(({ text }) => isKubelet(text.split('\0'), node));
  if (found === undefined) throw new Error(`no kubelet of node ${node}`);
  return Number(found.pid);
}

function isKubelet([program = '', ...flags]: readonly string[], node: string): boolean {
  return program.endsWith('/kubelet') && flags.includes(`--hostname-override=${node}`);
}
