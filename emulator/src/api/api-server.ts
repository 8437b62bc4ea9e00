import Fastify, { type FastifyInstance } from 'fastify';
import type { Reply } from './dispatch.ts';
import type { SignedRequest } from './signature.ts';

/** TC3 requests may be this long (API documentation, common parameters). */
const bodyLimit = 10 * 1024 * 1024;

/** The transport: every POST to / is an API call, answered with HTTP 200 whatever the API says. */
export function createApiServer(dispatch: (request: SignedRequest) => Promise<Reply>): FastifyInstance {
  const server = Fastify({ bodyLimit, forceCloseConnections: true, keepAliveTimeout: 60_000 });
  server.removeAllContentTypeParsers();
  // The signature covers the bytes as sent, so nothing may parse them before it was checked.
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.post('/', async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const query = request.raw.url?.split('?')[1] ?? '';
    const result = await dispatch({ method: request.method, query, headers: request.headers, body });
    if (result.kind === 'reset') {
      reply.hijack();
      request.raw.socket.resetAndDestroy();
      return;
    }
    const type = result.status === 200 ? 'application/json' : 'text/html';
    return reply.code(result.status).type(type).send(result.body);
  });
  return server;
}
