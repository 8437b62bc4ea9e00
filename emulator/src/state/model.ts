/** What the load balancer thinks of a target (DescribeTargetHealth, HealthStatusDetail). */
export type Health = 'Unknown' | 'Alive' | 'Dead' | 'Close';

/** A health check in the API's own words, defaults filled in. */
export interface HealthCheck {
  HealthSwitch: 0 | 1;
  CheckType: 'TCP' | 'HTTP' | 'PING';
  TimeOut: number;
  IntervalTime: number;
  HealthNum: number;
  UnHealthNum: number;
  HttpCode: number | null;
  HttpCheckPath: string | null;
  HttpCheckDomain: string | null;
  HttpCheckMethod: 'HEAD' | 'GET' | null;
  HttpVersion: string | null;
  CheckPort: number | null;
  SourceIpType: number;
}

/** One IP:port that a listener sends to. */
export interface Target {
  readonly ip: string;
  readonly port: number;
  weight: number;
  tag: string | null;
  health: Health;
  readonly registeredAtMs: number;
}

/** What owns targets: an L4 listener itself; an L7 rule will be the second kind. */
export interface TargetHolder {
  healthCheck: HealthCheck;
  readonly targets: Target[];
}

export interface Listener extends TargetHolder {
  readonly id: string;
  name: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  readonly scheduler: string;
  readonly sessionExpireTime: number;
  readonly idleConnectTimeout: number;
  readonly deregisterTargetRst: boolean;
  readonly createdAtMs: number;
}

export interface LoadBalancer {
  readonly id: string;
  name: string;
  readonly type: 'OPEN' | 'INTERNAL';
  readonly region: string;
  readonly vpcId: string;
  readonly subnetId: string | null;
  readonly projectId: number;
  readonly vips: readonly string[];
  readonly tags: readonly { TagKey: string; TagValue: string }[];
  /** False while CreateLoadBalancer's task runs (Status 0). */
  usable: boolean;
  readonly createdAtMs: number;
  readonly listeners: Listener[];
}

/** A target together with where it is bound. */
export interface BoundTarget {
  readonly loadBalancer: LoadBalancer;
  readonly listener: Listener;
  readonly target: Target;
}
