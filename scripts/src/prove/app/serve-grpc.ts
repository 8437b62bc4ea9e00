import { createServer } from 'node:http2';
import { readMessage, writeMessage } from './grpc-message.ts';
import type { Serving } from './serving.ts';

const grpc = { 'content-type': 'application/grpc' } as const;

/** Answers the one message of each call after ?ms=N with the name of the pod and the message; knows one method. */
export function serveGrpc({ pod, listen, endWhenIdle }: Serving): () => void {
  const server = createServer();
  server.on('stream', (stream, headers) => {
    stream.on('error', () => stream.destroy());
    const url = new URL(headers[':path'] ?? '/', 'http://pod');
    if (url.pathname !== '/proof.Echo/Say') {
      // What the CLB's health check asks for, which takes it for healthy.
      stream.respond({ ...grpc, 'grpc-status': '12' }, { endStream: true });
      return;
    }
    let bytes = Buffer.alloc(0);
    stream.on('data', (part: Buffer) => (bytes = Buffer.concat([bytes, part])));
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.once('end', () => {
      const answer = () => {
        stream.respond(grpc, { waitForTrailers: true });
        stream.end(writeMessage(JSON.stringify({ pod, id: readMessage(bytes) })));
      };
      setTimeout(answer, Number(url.searchParams.get('ms') ?? 0));
    });
  });
  listen(server);
  return () => endWhenIdle(server);
}
