import type { HealthCheck } from '../../state/model.ts';

/** One probe of one target by one probing node. */
export interface ProbeRequest {
  protocol: 'tcp' | 'udp';
  ip: string;
  port: number;
  check: HealthCheck;
  /** Whom an HTTP or gRPC request names when the check names nobody. */
  domain: string;
  timeoutMs: number;
  /** The address to send from; undefined leaves it to the kernel. */
  source: string | undefined;
}
