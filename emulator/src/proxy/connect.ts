import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ProxyTarget } from './config.ts';

function whenReady(socket: Socket, event: 'connect' | 'secureConnect', timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    const end = () => fail(new Error('closed'));
    socket.once('error', fail).once('close', end);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off('error', fail).off('close', end);
      resolve(socket);
    });
  });
}

/** What is spoken on a connection. */
export interface How {
  isTls: boolean;
  isHttp2?: boolean;
}

/** A connection to a target; fails when the target refuses or does not answer in time. */
export async function connectTo({ ip, port }: ProxyTarget, how: How, timeoutMs: number): Promise<Socket> {
  const socket = await whenReady(connect({ host: ip, port, noDelay: true, keepAlive: true }), 'connect', timeoutMs);
  if (!how.isTls) return socket;
  // The cloud does not check a target's certificate; nor is it known to name a host.
  const protocols = how.isHttp2 === true ? { ALPNProtocols: ['h2'] } : {};
  return whenReady(connectTls({ socket, rejectUnauthorized: false, ...protocols }), 'secureConnect', timeoutMs);
}
