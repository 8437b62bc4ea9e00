import { request } from 'node:http';
import { connect } from 'node:net';
import type { HealthCheck } from '../state/model.ts';

export interface ProbeRequest {
  ip: string;
  port: number;
  check: HealthCheck;
  timeoutMs: number;
  /** The address to send from; undefined leaves it to the kernel. */
  source: string | undefined;
}

/** A TCP handshake, ended by RST as the cloud's probes are. */
function probeTcp({ ip, port, timeoutMs, source }: ProbeRequest, isGood: (code?: string) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: ip, port, ...(source ? { localAddress: source } : {}) });
    const end = (good: boolean) => {
      socket.resetAndDestroy();
      resolve(good);
    };
    const timer = setTimeout(() => end(false), timeoutMs);
    socket.once('connect', () => end(isGood()));
    socket.on('error', (error: NodeJS.ErrnoException) => end(isGood(error.code ?? 'unknown')));
    socket.once('close', () => clearTimeout(timer));
  });
}

/** Bit 0 of HttpCode stands for 1xx, bit 1 for 2xx, and so on to bit 4 for 5xx. */
export function isGoodStatus(status: number, mask: number): boolean {
  return (mask & (1 << (Math.floor(status / 100) - 1))) !== 0;
}

function probeHttp({ ip, port, check, timeoutMs, source }: ProbeRequest): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (good: boolean) => {
      resolve(good);
      call.destroy();
    };
    // HttpVersion 1.0 is probed as 1.1: node:http speaks nothing older.
    const call = request({
      host: ip,
      port,
      method: check.HttpCheckMethod ?? 'HEAD',
      path: check.HttpCheckPath ?? '/',
      headers: { host: check.HttpCheckDomain ?? ip, connection: 'close' },
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...(source ? { localAddress: source } : {}),
    });
    call.once('response', (response) => end(isGoodStatus(response.statusCode ?? 0, check.HttpCode ?? 31)));
    call.on('error', () => end(false));
    call.end();
  });
}

/** Sends one probe; false for every way in which it can fail. */
export function sendProbe(probe: ProbeRequest): Promise<boolean> {
  if (probe.check.CheckType === 'HTTP') return probeHttp(probe);
  // PING of UDP listeners asks whether the host is there, and a refused handshake says so as well as ICMP would;
  // Node cannot send ICMP.
  if (probe.check.CheckType === 'PING') return probeTcp(probe, (code) => code === undefined || code === 'ECONNREFUSED');
  return probeTcp(probe, (code) => code === undefined);
}
