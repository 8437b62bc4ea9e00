import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Does work while it holds the lock file; calls onWait if it must wait. The kernel frees the lock if this process dies.
 */
export async function withLock<T>(
  o: { path: string; onWait: () => void; signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(o.path), { recursive: true });
  const lock = await acquire(o);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

// flock(1) holds the lock for as long as its standard input is open. A group of its own keeps Ctrl-C away from it,
// because what we clean up after Ctrl-C must still be done under the lock.
function acquire(o: { path: string; onWait: () => void; signal: AbortSignal }): Promise<{ release: () => void }> {
  const { signal } = o;
  const child = spawn('flock', [o.path, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const waiting = setTimeout(o.onWait, 300);
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      clearTimeout(waiting);
      child.kill('SIGKILL');
      reject(signal.reason as Error);
    };
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`cannot lock ${o.path}`)));
    child.stdout.once('data', () => {
      clearTimeout(waiting);
      signal.removeEventListener('abort', giveUp);
      resolve({ release: () => child.stdin.end() });
    });
  });
}
