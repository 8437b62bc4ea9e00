import { execFile } from 'node:child_process';
import type { ProbeRequest } from './probe-request.ts';
import { probeTcp } from './tcp.ts';
import { exchangeDatagrams } from './udp.ts';

const portProbe = { payload: Buffer.alloc(0), isGood: () => true, onSilence: true };

/** ICMP echo by the system's program; undefined when there is none. Node itself cannot send ICMP. */
function sendEcho({ ip, source, timeoutMs }: ProbeRequest): Promise<boolean | undefined> {
  const from = source === undefined ? [] : ['-I', source];
  const args = ['-n', '-q', '-c', '1', '-W', (timeoutMs / 1000).toFixed(3), ...from, ip];
  return new Promise((resolve) => {
    execFile('ping', args, { timeout: timeoutMs + 1000 }, (error) =>
      resolve(error?.code === 'ENOENT' ? undefined : !error),
    );
  });
}

/**
 * The PING check of UDP listeners: the host answers an ICMP echo, and no "port unreachable" comes within the time-out
 * (doc 214/42978). Without a ping program, which is reported, a TCP handshake, refused or not, shows that the host is
 * there.
 */
export function createPingProbe(report: (problem: string) => void): (request: ProbeRequest) => Promise<boolean> {
  let isReported = false;

  async function isThere(request: ProbeRequest): Promise<boolean> {
    const answered = await sendEcho(request);
    if (answered !== undefined) return answered;
    if (!isReported) report('no ping program (apt-get install iputils-ping): PING checks use a TCP handshake instead');
    isReported = true;
    return probeTcp(request, (code) => code === undefined || code === 'ECONNREFUSED');
  }

  return async (request) => {
    const [host, port] = await Promise.all([isThere(request), exchangeDatagrams(request, portProbe)]);
    return host && port;
  };
}
