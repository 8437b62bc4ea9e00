import type { ServerResponse } from 'node:http';
import { constants, Http2ServerResponse } from 'node:http2';
import type { Duplex } from 'node:stream';

/** What the proxy itself has to say. */
export const says = {
  badRequest: { status: 400, reason: 'Bad Request' },
  noCertificate: { status: 400, reason: 'No required SSL certificate was sent' },
  notFound: { status: 404, reason: 'Not Found' },
  broken: { status: 500, reason: 'Internal Server Error' },
  badGateway: { status: 502, reason: 'Bad Gateway' },
  noTarget: { status: 503, reason: 'Service Unavailable' },
  tooLate: { status: 504, reason: 'Gateway Time-out' },
} as const;

interface Said {
  status: number;
  reason: string;
}

/** Ends an answer so that its client sees that it is not whole: of HTTP/2 only the one request, with an error. */
export function cut(response: ServerResponse): void {
  const anyVersion: unknown = response;
  if (anyVersion instanceof Http2ServerResponse) anyVersion.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}

/** Answers in the proxy's own name. */
export function answer(response: ServerResponse, { status, reason }: Said): void {
  if (response.headersSent) {
    cut(response);
    return;
  }
  const text = `${status} ${reason}`;
  const page = `<html><head><title>${text}</title></head><body><h1>${text}</h1><hr>stgw</body></html>\n`;
  response.writeHead(status, { 'content-type': 'text/html', 'content-length': Buffer.byteLength(page) }).end(page);
}

/** Answers on a connection that asked for another protocol, or sent no HTTP, and ends it. */
export function answerSocket(
  socket: Duplex,
  { status, reason }: Said,
  headers: Readonly<Record<string, string>> = {},
): void {
  const all = { ...headers, 'Content-Length': '0', Connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n`);
}
