import type { FastifyInstance } from 'fastify';
import type { Faults } from '../faults/faults.ts';
import { parseFault } from '../faults/parse-fault.ts';

interface ByName {
  Params: { name: string };
}

/** Routes that set, list and remove faults. */
export function addFaults(server: FastifyInstance, faults: Faults): void {
  server.get('/faults', () => ({ faults: faults.list() }));
  server.put<ByName & { Body: unknown }>('/faults/:name', ({ params, body }) => {
    faults.put(params.name, parseFault(body));
    return { name: params.name };
  });
  server.delete<ByName>('/faults/:name', async ({ params }, reply) => {
    if (!faults.remove(params.name)) return reply.code(404).send({ error: `no fault ${params.name}` });
    return reply.code(204).send();
  });
}
