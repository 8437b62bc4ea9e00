import Fastify, { type FastifyInstance } from 'fastify';
import type { CallLog } from '../call-log/call-log.ts';
import { parseSince } from '../call-log/since.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Policies } from '../credentials/policy.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Faults } from '../faults/faults.ts';
import type { Tasks } from '../tasks/tasks.ts';
import { addCredentials, addPolicies } from './credential-routes.ts';
import { addFaults } from './fault-routes.ts';
import { addPage } from './page/page-routes.ts';
import { compileSchema } from './request-schemas.ts';
import { whyForeign } from './same-origin.ts';
import { addSecurityGroups } from './security-group-routes.ts';
import { addState } from './state-routes.ts';
import { seedLoadBalancer, SeedError, type LoadBalancerSeed } from '../state/seed.ts';
import type { Store } from '../state/store.ts';

interface Options {
  store: Store;
  callLog: CallLog;
  faults: Faults;
  credentials: Credentials;
  policies: Policies;
  clock: Clock;
  regions: readonly string[];
  tasks: Tasks;
  /** Names under which it may be asked besides localhost and IP addresses. */
  adminNames: readonly string[];
}

interface ById {
  Params: { id: string };
}
interface BySeq {
  Querystring: { since?: number };
}

interface ByTime {
  Querystring: { since?: string };
}

const sinceSchema = { querystring: { type: 'object', properties: { since: { type: 'integer', minimum: 0 } } } };
const text = { type: 'string', minLength: 1 };
const seedSchema = {
  body: {
    type: 'object',
    required: ['vip', 'vpcId'],
    additionalProperties: false,
    properties: {
      name: text,
      vip: { type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] },
      vpcId: text,
      region: text,
    },
  },
};

function addReads(server: FastifyInstance, { callLog }: Options): void {
  server.get<BySeq>('/calls', { schema: sinceSchema }, ({ query }) => ({ calls: callLog.calls(query.since ?? 0) }));
  server.get<BySeq>('/health-changes', { schema: sinceSchema }, ({ query }) => ({
    changes: callLog.healthChanges(query.since ?? 0),
  }));
  server.get('/metrics', async (_request, reply) =>
    reply.type(callLog.metrics.contentType).send(await callLog.metrics.render()),
  );
  server.get<ByTime>('/call-sums', ({ query }) => callLog.summary(parseSince(query.since)));
}

function addLoadBalancers(server: FastifyInstance, { store, clock, regions }: Options): void {
  type Put = ById & { Body: Omit<LoadBalancerSeed, 'id'> };
  server.put<Put>('/load-balancers/:id', { schema: seedSchema }, ({ params, body }) => {
    seedLoadBalancer({ store, regions, nowMs: clock.now() }, { id: params.id, ...body });
    return { id: params.id };
  });
  server.delete<ById>('/load-balancers/:id', async ({ params }, reply) => {
    const loadBalancer = store.loadBalancers.get(params.id);
    if (!loadBalancer) return reply.code(404).send({ error: `no load balancer ${params.id}` });
    store.removeLoadBalancer(loadBalancer);
    return reply.code(204).send();
  });
}

/** The API for tests and people: the state, the calls that were made, and the faults to inject. */
export function createAdminServer(options: Options): FastifyInstance {
  const server = Fastify({ forceCloseConnections: true });
  server.setValidatorCompiler<object>(compileSchema);
  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error instanceof SeedError ? 409 : (error.statusCode ?? 500);
    return reply.code(status).send({ error: error.message });
  });
  server.addHook('onRequest', async ({ method, headers }, reply) => {
    const why = whyForeign({ method, headers }, options.adminNames);
    if (why !== undefined) await reply.code(403).send({ error: why });
  });
  addPage(server, options);
  addState(server, options);
  addReads(server, options);
  addLoadBalancers(server, options);
  addFaults(server, options.faults);
  addCredentials(server, options.credentials);
  addPolicies(server, options.policies);
  addSecurityGroups(server, options.store);
  return server;
}
