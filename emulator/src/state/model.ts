/** What the load balancer thinks of a target (DescribeTargetHealth, HealthStatusDetail). */
export type Health = 'Unknown' | 'Alive' | 'Dead' | 'Close';

/** A health check in the API's own words, defaults filled in. */
export interface HealthCheck {
  HealthSwitch: 0 | 1;
  CheckType: 'TCP' | 'HTTP' | 'HTTPS' | 'GRPC' | 'PING' | 'CUSTOM';
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
  /** CUSTOM: what is sent and what must come back, as hex digits or text. */
  ContextType: 'HEX' | 'TEXT' | null;
  SendContext: string | null;
  RecvContext: string | null;
  /** GRPC: the status codes that are good. */
  ExtendedCode: string | null;
}

/** One IP:port that a listener sends to. */
export interface Target {
  readonly ip: string;
  readonly port: number;
  weight: number;
  tag: string | null;
  health: Health;
  /** What DescribeTargetHealth shows when it lags behind. */
  reportedHealth?: Health;
  readonly registeredAtMs: number;
}

/** What a listener and a rule have in common: targets and their health check. */
export interface WithTargets {
  readonly id: string;
  healthCheck: HealthCheck;
  readonly targets: Target[];
}

export type Protocol = 'TCP' | 'UDP' | 'TCP_SSL' | 'QUIC' | 'HTTP' | 'HTTPS';

/** The certificates that a listener or a domain shows, by their ids in the store. */
export interface CertificateUse {
  sslMode: 'UNIDIRECTIONAL' | 'MUTUAL';
  certIds: readonly string[];
  /** The CA of the client's certificate; MUTUAL only. */
  caId: string | null;
  verifyClient: 'ON' | 'OPTIONAL';
}

/** When connections that exist are moved to other targets (TCP and UDP). */
export interface Reschedule {
  zeroWeight: boolean;
  unhealthy: boolean;
  expandTarget: boolean;
  startTimeS: number;
  intervalS: number;
}

/** What ModifyListener can change. */
export interface ListenerSettings {
  name: string;
  scheduler: string;
  sessionExpireTime: number;
  sessionType: string;
  idleConnectTimeout: number;
  deregisterTargetRst: boolean;
  reschedule: Reschedule;
  proxyProtocol: boolean;
  keepaliveEnable: 0 | 1;
  sniSwitch: 0 | 1;
  snatEnable: boolean;
  maxConn: number;
  maxCps: number;
  dataCompressMode: string;
  certificate: CertificateUse | null;
}

export interface Listener extends WithTargets, ListenerSettings {
  readonly protocol: Protocol;
  readonly port: number;
  /** The last port of a range of ports; 0 when the listener has one port. */
  readonly endPort: number;
  readonly createdAtMs: number;
  readonly rules: Rule[];
}

/** What ModifyRule and ModifyDomainAttributes can change. */
export interface RuleSettings {
  /** At least one; a rule of several domains answers for each. */
  domains: readonly string[];
  url: string;
  scheduler: string;
  sessionExpireTime: number;
  forwardType: string;
  cookieName: string;
  defaultServer: boolean;
  http2: boolean;
  quic: boolean;
  certificate: CertificateUse | null;
  /** Where the rule redirects to. */
  rewrite: { listenerId: string; locationId: string; code: number; takesUrl: boolean; isAuto: boolean } | null;
}

export interface Rule extends WithTargets, RuleSettings {
  readonly createdAtMs: number;
}

/** A certificate as PEM. */
export interface Certificate {
  name: string;
  /** The chain, the leaf first; of a CA its own certificate. */
  certificate: string;
  /** Undefined for a CA. */
  privateKey: string | undefined;
  /** Of one that came by UploadCertificate. */
  tags?: readonly { TagKey: string; TagValue: string }[];
}

export interface InternetAccess {
  chargeType: string;
  maxBandwidthMbps: number;
  packageType: string | null;
}

/** What can be changed on a load balancer. */
export interface LoadBalancerSettings {
  name: string;
  projectId: number;
  tags: readonly { TagKey: string; TagValue: string }[];
  secureGroups: readonly string[];
  passToTarget: boolean;
  snatPro: boolean;
  snatIps: readonly { SubnetId: string; Ip: string }[];
  slaType: string;
  chargeType: string;
  /** How traffic to the internet is paid for; null where there is none. */
  internet: InternetAccess | null;
  /** The line of the VIP. */
  isp: string;
  /** As it was asked for, an id or a name; null when it was not asked for. */
  masterZone: string | null;
  deleteProtect: boolean;
  mixIpTarget: boolean;
  associateEndpoint: string;
  /** False after SetLoadBalancerStartStatus Stop: nothing is forwarded. */
  started: boolean;
  /** False while CreateLoadBalancer's task runs (Status 0). */
  usable: boolean;
}

export interface LoadBalancer extends LoadBalancerSettings {
  readonly id: string;
  readonly type: 'OPEN' | 'INTERNAL';
  readonly region: string;
  readonly vpcId: string;
  readonly subnetId: string | null;
  /** All of one family: IPv6 with an ipv6Mode, else IPv4. */
  readonly vips: readonly string[];
  /** What an IPv6 load balancer is: IPv6FullChain sends to IPv6 targets, IPv6Nat64 to IPv4 targets. */
  readonly ipv6Mode: 'IPv6FullChain' | 'IPv6Nat64' | null;
  /** The name of one that has no fixed VIPs: reads show it in their place. */
  readonly domain: string | null;
  readonly createdAtMs: number;
  readonly listeners: Listener[];
}
