import { createSocket } from 'node:dgram';
import { familyOf } from '../../state/address-family.ts';
import type { ProbeRequest } from './probe-request.ts';
import { settle } from './settle.ts';

interface Exchange {
  payload: Buffer;
  isGood: (answer: Buffer) => boolean;
  /** The verdict when nothing comes back in time. */
  onSilence: boolean;
}

/** Sends one datagram and judges the answer; "port unreachable" is a failure. */
export function exchangeDatagrams(request: ProbeRequest, { payload, isGood, onSilence }: Exchange): Promise<boolean> {
  const { ip, port, source, timeoutMs } = request;
  const attempt = (end: (good: boolean) => void) => {
    const socket = createSocket(familyOf(ip) === 'IPv6' ? 'udp6' : 'udp4');
    let isOpen = true;
    socket.on('message', (answer) => end(isGood(answer))).on('error', () => end(false));
    socket.on('connect', () => isOpen && socket.send(payload));
    // Only connected sockets get the ICMP errors of their packets.
    socket.bind(0, source, () => isOpen && socket.connect(port, ip));
    return () => {
      isOpen = false;
      socket.close();
    };
  };
  return settle(timeoutMs, attempt, onSilence);
}
