import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Server } from 'node:https';
import type { AdmissionMetrics } from './admission-metrics.ts';
import { endpointRoutes, type AdmissionEndpoint } from './endpoint-routes.ts';
import { limitConnections, type ConnectionLimit } from './limits/connection-limit.ts';
import type { EndpointLimits } from './limits/endpoint-limits.ts';
import { createRefuseRequests } from './refuse-requests.ts';
import { httpsOptionsOf, type ServedPair } from './tls-options.ts';
import type { Traffic } from './traffic.ts';

export interface AdmissionAppOptions {
  readonly endpoints: readonly AdmissionEndpoint[];
  readonly pair: ServedPair;
  readonly limits: EndpointLimits;
  readonly metrics: Pick<AdmissionMetrics, 'refused'>;
  readonly log: Log;
}

/** The Fastify application, not listening yet. */
export interface AdmissionApp {
  readonly fastify: FastifyInstance<Server>;
  readonly traffic: Traffic;
  readonly connections: ConnectionLimit;
}

/** Puts the application together: a route per endpoint, and everything else is refused. */
export function createAdmissionApp(o: AdmissionAppOptions): AdmissionApp {
  const traffic: Traffic = { isDraining: false, lastAnswerMs: -Infinity };
  const paths = o.endpoints.map(({ path }) => path);
  const refuse = createRefuseRequests({ paths, metrics: o.metrics, traffic, log: o.log });
  const fastify = createFastify(o, refuse.malformed);
  const connections = limitConnections(fastify.server, o.limits);
  // Not even a JSON body is read outside of the endpoints' scope.
  fastify.removeAllContentTypeParsers();
  fastify.setNotFoundHandler(refuse.notFound);
  fastify.setErrorHandler(refuse.error);
  void fastify.register(endpointRoutes, { endpoints: o.endpoints, limits: o.limits, connections, traffic });
  return { fastify, traffic, connections };
}

type Refuse = ReturnType<typeof createRefuseRequests>['malformed'];

function createFastify({ pair, limits }: AdmissionAppOptions, refuse: Refuse): FastifyInstance<Server> {
  const fastify = Fastify({
    https: httpsOptionsOf(pair, limits),
    requestTimeout: limits.silenceMs,
    // Reviews that still arrive while it closes are answered.
    return503OnClosing: false,
    frameworkErrors: refuse,
    // A review of a pod is counted, not logged, and nothing reads its query or a request id.
    logger: false,
    genReqId: () => noId,
    routerOptions: { querystringParser: () => noQuery },
  });
  // The connection limit ends silent connections. Fastify takes no 0 here.
  fastify.server.keepAliveTimeout = 0;
  return fastify;
}

const noId = '';
const noQuery = Object.freeze({});
