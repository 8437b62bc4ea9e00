import { probeCustom } from './probes/custom.ts';
import { probeGrpc } from './probes/grpc.ts';
import { probeHttp } from './probes/http.ts';
import { createPingProbe } from './probes/ping.ts';
import type { ProbeRequest } from './probes/probe-request.ts';
import { probeTcp } from './probes/tcp.ts';

/** Sends one probe; false for every way in which it can fail. */
export type Probe = (request: ProbeRequest) => Promise<boolean>;

/** Real probes of every kind of check; `report` is called with what this machine lacks for one. */
export function createProbe(report: (problem: string) => void): Probe {
  const kinds: Record<ProbeRequest['check']['CheckType'], Probe> = {
    TCP: (request) => probeTcp(request),
    HTTP: probeHttp,
    HTTPS: probeHttp,
    GRPC: probeGrpc,
    PING: createPingProbe(report),
    CUSTOM: probeCustom,
  };
  return (request) => kinds[request.check.CheckType](request);
}
