import { createLogger, type Log } from '../../runtime/logger.ts';
import { connectKube } from './connect-kube.ts';
import type { KubeconfigChoice } from './credentials.ts';
import type { KubeApi } from './kube-api.ts';

/** Lets a command work on a cluster. Its errors it prints itself: log lines would stand between its own. */
export async function withKube<T>(
  { kubeconfigPath, context }: KubeconfigChoice,
  program: string,
  work: (api: KubeApi, log: Log) => Promise<T>,
): Promise<T> {
  const log = createLogger({ program, level: 'silent' });
  const api = await connectKube({ kubeconfigPath, context, userAgent: `clb-direct-${program}`, log });
  try {
    return await work(api, log);
  } finally {
    await api.close();
  }
}
