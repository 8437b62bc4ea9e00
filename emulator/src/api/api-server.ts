import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Reply } from '../calls/outcome.ts';
import type { SignedRequest } from './signature.ts';

/** TC3 requests may be this long (API documentation, common parameters). */
const bodyLimit = 10 * 1024 * 1024;

/** How answers are sent; how the cloud sends them is not confirmed. */
export interface ResponseEncoding {
  /** Compressed for those who say that they understand it. */
  gzip: boolean;
  /** In chunks, without Content-Length. */
  chunked: boolean;
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, body, encoding }: { status: number; body: string; encoding: ResponseEncoding },
): Promise<void> {
  reply.code(status).type(status === 200 ? 'application/json' : 'text/html');
  const zips = encoding.gzip && String(request.headers['accept-encoding']).includes('gzip');
  if (zips) reply.header('content-encoding', 'gzip');
  const bytes = zips ? gzipSync(body) : Buffer.from(body);
  await reply.send(encoding.chunked ? Readable.from([bytes]) : bytes);
}

/** The transport: every GET of and POST to / is an API call, answered with HTTP 200 whatever the API says. */
export function createApiServer(
  dispatch: (request: SignedRequest) => Promise<Reply>,
  encoding: ResponseEncoding,
): FastifyInstance {
  const server = Fastify({ bodyLimit, forceCloseConnections: true, keepAliveTimeout: 60_000 });
  server.removeAllContentTypeParsers();
  // The signature covers the bytes as sent, so nothing may parse them before it was checked.
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const handle = async (request: FastifyRequest, reply: FastifyReply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const query = request.raw.url?.split('?')[1] ?? '';
    const result = await dispatch({ method: request.method, query, headers: request.headers, body });
    if (result.kind === 'answer') return send(request, reply, { ...result, encoding });
    reply.hijack();
    request.raw.socket.resetAndDestroy();
  };
  server.get('/', handle);
  server.post('/', handle);
  return server;
}
