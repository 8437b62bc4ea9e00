import type { FastifyInstance } from 'fastify';
import type { Clock } from '../runtime/clock.ts';
import { loadState, parseSavedState, saveState } from '../state/saved-state.ts';
import type { Store } from '../state/store.ts';
import type { Tasks } from '../tasks/tasks.ts';
import { describeState } from './describe-state.ts';

interface Parts {
  store: Store;
  tasks: Tasks;
  clock: Clock;
  regions: readonly string[];
}

/** A load balancer with ten thousand targets is about 2 MB. */
const largestState = 256 * 1024 * 1024;

/** The state to look at, to keep, and to put back. */
export function addState(server: FastifyInstance, { store, tasks, clock, regions }: Parts): void {
  server.get('/state', () => describeState(store));
  server.get('/state/save', () => saveState(store, clock.now()));
  server.put('/state/load', { bodyLimit: largestState }, async ({ body }, reply) => {
    const saved = parseSavedState(body, regions);
    const running = tasks.running();
    if (running > 0) {
      const error = `tasks are running (${running}), and their effects would come to what is loaded: wait for them`;
      return reply.code(409).send({ error });
    }
    loadState(store, saved);
    return { loadBalancers: saved.loadBalancers.length };
  });
}
