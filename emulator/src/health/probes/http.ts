import { connect as connectTls } from 'node:tls';
import type { ProbeRequest } from './probe-request.ts';
import { settle } from './settle.ts';
import { openSocket } from './tcp.ts';

/** Bit 0 of HttpCode stands for 1xx, bit 1 for 2xx, and so on to bit 4 for 5xx. */
export function isGoodStatus(status: number, mask: number): boolean {
  return (mask & (1 << (Math.floor(status / 100) - 1))) !== 0;
}

const statusLine = /^HTTP\/1\.[01] (\d{3})/;

function requestText({ check, domain }: ProbeRequest): string {
  const { HttpCheckMethod: method, HttpCheckPath: path, HttpVersion: version, HttpCheckDomain: host } = check;
  const lines = [
    `${method ?? 'HEAD'} ${path ?? '/'} ${version ?? 'HTTP/1.0'}`,
    `Host: ${host ?? domain}`,
    'Connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function openStream(request: ProbeRequest) {
  const socket = openSocket(request);
  if (request.check.CheckType !== 'HTTPS') return socket;
  // The cloud does not judge the certificates of targets.
  const secured = connectTls({ socket, rejectUnauthorized: false, servername: request.check.HttpCheckDomain ?? '' });
  socket.on('error', (error) => secured.destroy(error));
  return secured;
}

/** One HTTP or HTTPS request. Written by hand because node:http speaks no HTTP/1.0 and only the status line counts. */
export function probeHttp(request: ProbeRequest): Promise<boolean> {
  return settle(request.timeoutMs, (end) => {
    const stream = openStream(request);
    let answer = '';
    stream.setEncoding('latin1').on('data', (part: string) => {
      answer += part;
      const status = statusLine.exec(answer)?.[1];
      if (status) end(isGoodStatus(Number(status), request.check.HttpCode ?? 31));
    });
    stream.on('error', () => end(false)).on('end', () => end(false));
    stream.write(requestText(request));
    return () => stream.destroy();
  });
}
