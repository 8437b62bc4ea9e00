import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Serving } from './serving.ts';

/** RFC 6455: what a server answers to a client's key. */
const acceptOf = (key: string) =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

const opcode = { text: 1, close: 8, ping: 9, pong: 10 } as const;

interface Frame {
  readonly kind: number;
  readonly payload: Buffer;
  readonly rest: Buffer;
}

/** The first whole frame of a client; its messages here are short and in one frame each. */
function readFrame(bytes: Buffer): Frame | undefined {
  const head = 6;
  const length = (bytes[1] ?? 0) & 0x7f;
  if (bytes.length < head + length) return undefined;
  const mask = bytes.subarray(2, head);
  const payload = bytes.subarray(head, head + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return { kind: (bytes[0] ?? 0) & 0x0f, payload: Buffer.from(payload), rest: bytes.subarray(head + length) };
}

const frameOf = (kind: number, payload: Buffer) => Buffer.concat([Buffer.from([0x80 | kind, payload.length]), payload]);
const textOf = (text: string) => frameOf(opcode.text, Buffer.from(text));

/**
 * Answers each message with the name of the pod and the message. Before it ends it says BYE on every connection: then
 * its client says nothing more there, and closes. Nothing else ends a connection.
 */
export function serveWebSocket({ pod, listen, endWhenIdle }: Serving): () => void {
  const open = new Set<Duplex>();
  const server = createServer((_, response) => response.writeHead(426).end());
  let isEnding = false;
  server.on('upgrade', ({ headers }, socket: Duplex, head: Buffer) => {
    const accept = acceptOf(headers['sec-websocket-key'] ?? '');
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write(`${[...lines, `Sec-WebSocket-Accept: ${accept}`].join('\r\n')}\r\n\r\n`);
    open.add(socket);
    if (isEnding) socket.write(textOf('BYE'));
    let bytes = head;
    const answer = () => {
      for (let frame = readFrame(bytes); frame !== undefined; frame = readFrame(bytes)) {
        bytes = frame.rest;
        if (frame.kind === opcode.text) socket.write(textOf(`${pod} ${frame.payload.toString()}`));
        if (frame.kind === opcode.ping) socket.write(frameOf(opcode.pong, frame.payload));
        if (frame.kind === opcode.close) socket.end(frameOf(opcode.close, frame.payload));
      }
    };
    answer();
    socket.on('data', (part: Buffer) => {
      bytes = Buffer.concat([bytes, part]);
      answer();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  });
  listen(server);
  return () => {
    isEnding = true;
    for (const socket of open) socket.write(textOf('BYE'));
    endWhenIdle(server);
  };
}
