import { createSecureServer, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { createServer as createTcpServer } from 'node:net';
import { listenAsTarget } from './targets.ts';

/** A message of gRPC: whether it is compressed, its length in four bytes, itself. */
export function message(text: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(Buffer.byteLength(text), 1);
  return Buffer.concat([head, Buffer.from(text)]);
}

/**
 * Speaks gRPC with or without TLS, and no HTTP/1.1: /echo sends back each message as it comes, its name first. /hang
 * never answers, /cut ends the connection, /half in the middle of its answer; nobody has implemented the rest.
 */
export async function startGrpcTarget(name: string, tls?: { cert: string; key: string }) {
  const calls: IncomingHttpHeaders[] = [];
  const server = tls ? createSecureServer({ ...tls, allowHTTP1: false }) : createServer();
  const isOk = { 'content-type': 'application/grpc' };
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    calls.push(headers);
    stream.on('error', () => undefined);
    const path = headers[':path'];
    if (path === '/hang') return;
    if (path === '/cut') stream.session?.destroy();
    else if (path === '/half') {
      stream.respond(isOk);
      stream.write(message(name), () => stream.session?.destroy());
    } else if (path === '/echo') {
      stream.respond(isOk, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'well done' }));
      stream.write(message(name));
      stream.pipe(stream);
    } else stream.respond({ ...isOk, 'grpc-status': '12' }, { endStream: true });
  });
  // The server of HTTP/2 has no count of its connections; one of TCP hands them to it.
  const outer = createTcpServer((socket) => server.emit('connection', socket));
  return { ...(await listenAsTarget(outer)), calls };
}
