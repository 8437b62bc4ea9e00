import { connect, type IncomingHttpHeaders } from 'node:http2';
import { inUrl } from '../../state/address-family.ts';
import type { ProbeRequest } from './probe-request.ts';
import { settle } from './settle.ts';
import { openSocket } from './tcp.ts';

/** ExtendedCode is one code, several with commas, or ranges: 12, 20,25, 0-99. */
export function isGoodCode(code: number, wanted: string): boolean {
  return wanted.split(',').some((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return first !== undefined && last !== undefined && code >= first && code <= last;
  });
}

/** A message of no bytes: not compressed, length 0. */
const emptyMessage = Buffer.alloc(5);

/** Calls the method that HttpCheckPath names; its gRPC status must be in ExtendedCode. */
export function probeGrpc(request: ProbeRequest): Promise<boolean> {
  const { check, ip, port, domain } = request;
  return settle(request.timeoutMs, (end) => {
    const session = connect(`http://${inUrl(ip)}:${port}`, { createConnection: () => openSocket(request) });
    session.on('error', () => end(false));
    const call = session.request({
      ':method': 'POST',
      ':path': check.HttpCheckPath ?? '/',
      ':authority': check.HttpCheckDomain ?? domain,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const judge = (headers: IncomingHttpHeaders) => {
      const status = headers['grpc-status'];
      if (status !== undefined) end(isGoodCode(Number(status), check.ExtendedCode ?? '12'));
    };
    call.on('response', judge).on('trailers', judge);
    call.on('error', () => end(false)).on('close', () => end(false));
    call.resume().end(emptyMessage);
    return () => session.destroy();
  });
}
