import { connect, type Socket } from 'node:net';
import type { ProbeRequest } from './probe-request.ts';
import { settle } from './settle.ts';

type Route = Pick<ProbeRequest, 'ip' | 'port' | 'source'>;

/** Opens a connection from where the probe has to come from. */
export function openSocket({ ip, port, source }: Route): Socket {
  return connect({ host: ip, port, ...(source ? { localAddress: source } : {}) });
}

/** A TCP handshake, ended by RST as the cloud's probes are; `isGood` gets the error code, if there was an error. */
export function probeTcp(
  request: ProbeRequest,
  isGood: (code: string | undefined) => boolean = (code) => code === undefined,
): Promise<boolean> {
  return settle(request.timeoutMs, (end) => {
    const socket = openSocket(request);
    socket.once('connect', () => end(isGood(undefined)));
    socket.on('error', (error: NodeJS.ErrnoException) => end(isGood(error.code ?? 'unknown')));
    return () => socket.resetAndDestroy();
  });
}
