import type { HealthCheck } from '../../state/model.ts';
import type { ProbeRequest } from './probe-request.ts';
import { settle } from './settle.ts';
import { openSocket } from './tcp.ts';
import { exchangeDatagrams } from './udp.ts';

/** The bytes that a CUSTOM check means; white space between hex digits is allowed. */
function bytesOf(text: string | null, type: HealthCheck['ContextType']): Buffer {
  return type === 'HEX' ? Buffer.from((text ?? '').replace(/\s+/g, ''), 'hex') : Buffer.from(text ?? '');
}

const payloads = ({ ContextType, SendContext, RecvContext }: HealthCheck) => ({
  sent: bytesOf(SendContext, ContextType),
  wanted: bytesOf(RecvContext, ContextType),
});

/** Sends SendContext; what comes back must begin with RecvContext. Without one the handshake is enough. */
function probeTcpCustom(request: ProbeRequest): Promise<boolean> {
  const { sent, wanted } = payloads(request.check);
  return settle(request.timeoutMs, (end) => {
    const socket = openSocket(request);
    let answer = Buffer.alloc(0);
    const judge = () => {
      if (answer.length >= wanted.length) end(answer.subarray(0, wanted.length).equals(wanted));
    };
    socket.once('connect', () => {
      socket.write(sent);
      judge();
    });
    socket.on('data', (part) => {
      answer = Buffer.concat([answer, part]);
      judge();
    });
    socket.on('error', () => end(false)).on('end', () => end(false));
    return () => socket.resetAndDestroy();
  });
}

/** Sends SendContext; the datagram that comes back must be RecvContext, or any when there is none. */
function probeUdpCustom(request: ProbeRequest): Promise<boolean> {
  const { sent, wanted } = payloads(request.check);
  const isGood = (answer: Buffer) => wanted.length === 0 || answer.equals(wanted);
  return exchangeDatagrams(request, { payload: sent, isGood, onSilence: false });
}

/** The check in which the user says what to send and what has to come back. */
export function probeCustom(request: ProbeRequest): Promise<boolean> {
  return request.protocol === 'udp' ? probeUdpCustom(request) : probeTcpCustom(request);
}
