import type { HealthCheck } from '../../state/model.ts';

/** One probe of one target by one probing node. */
export interface ProbeRequest {
  protocol: 'tcp' | 'udp';
  ip: string;
  port: number;
  check: HealthCheck;
  /** The host that an HTTP or gRPC request names when the check names none. */
  domain: string;
  timeoutMs: number;
  /** The address to send from; undefined leaves it to the kernel. */
  source: string | undefined;
}
