/**
 * What answers in the rows of the proof: KIND=http|tcp|udp|websocket|grpc on port 80, and a readiness probe on 8081.
 * ON_SIGTERM=finish: serves on for 6 s, asks clients to come back on other connections, and ends what is open;
 * at-once: accepts no more.
 */
import { createSocket } from 'node:dgram';
import { createServer as createHttp } from 'node:http';
import { createServer as createTcp, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { serveGrpc } from './serve-grpc.ts';
import { serveWebSocket } from './serve-websocket.ts';
import type { Closing, Serving } from './serving.ts';

const { KIND: kind = 'http', ON_SIGTERM: onSigterm = 'finish' } = process.env;
const pod = hostname();
const serveOnMs = 6_000;
let isStopping = false;
const endWhenIdle = (server: Closing) => void server.close(() => process.exit(0));
const serving: Serving = { pod, listen: (server) => server.listen(80, '0.0.0.0'), endWhenIdle };

/** Answers after ?ms=N with the name of the pod and the id of the request. */
function http(): () => void {
  const server = createHttp((request, response) => {
    const url = new URL(request.url ?? '/', 'http://pod');
    setTimeout(
      () => {
        if (isStopping) response.setHeader('Connection', 'close');
        response.end(JSON.stringify({ pod, id: url.searchParams.get('id') }));
      },
      Number(url.searchParams.get('ms') ?? 0),
    );
  });
  server.keepAliveTimeout = 60_000;
  server.listen(80, '0.0.0.0');
  return () => endWhenIdle(server);
}

/** Answers each line with the name of the pod and the line; a line BYE asks the client to use another connection. */
function tcp(): () => void {
  const open = new Set<Socket>();
  const server: Server = createTcp((socket) => {
    open.add(socket);
    let rest = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) socket.write(`${pod} ${line}\n`);
      if (isStopping) socket.write('BYE\n');
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  });
  server.listen(80, '0.0.0.0');
  process.once('SIGTERM', () => {
    for (const socket of open) socket.write('BYE\n');
  });
  return () => endWhenIdle(server);
}

function udp(): () => void {
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => socket.send(`${pod} ${message.toString()}`, port, address));
  socket.bind(80, '0.0.0.0');
  return () => endWhenIdle(socket);
}

const websocket = () => serveWebSocket(serving);
const grpc = () => serveGrpc(serving);
const kinds = { http, tcp, udp, websocket, grpc };
const end = kinds[kind as keyof typeof kinds]();
const probed = createHttp((_, response) => response.end('ready'));
probed.listen(8081, '0.0.0.0');
process.once('SIGTERM', () => {
  isStopping = true;
  setTimeout(
    // What came in while a busy machine let this program wait is read first, and answered.
    () =>
      setImmediate(() => {
        probed.close();
        end();
      }),
    onSigterm === 'finish' ? serveOnMs : 0,
  );
});
