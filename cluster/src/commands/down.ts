import { stopCluster } from '../cluster.ts';
import type { Context } from './context.ts';

/** Ends a cluster; saying so twice is no error. */
export async function down(name: string, context: Context): Promise<number> {
  const existed = await stopCluster({ name, ...context });
  context.say(existed ? 'down, nothing left' : 'did not run; nothing left to remove');
  return 0;
}
