/** Bounds of a field that the API's documentation gives in prose only. */
export interface Limit {
  /** Least and most of a number. */
  range?: readonly [least: number, most?: number];
  /** Least and most characters of a text. */
  length?: readonly [least: number, most: number];
  /** What a text must match. */
  pattern?: string;
  /** Fewest and most members of a list. */
  items?: readonly [fewest: number, most?: number];
  /** The only values that are taken. */
  values?: readonly (string | number)[];
}

const port: Limit = { range: [1, 65535] };
const weight: Limit = { range: [0, 100] };
const yesNo: Limit = { values: [0, 1] };
const some: Limit = { items: [1] };
const upTo = (most: number): Limit => ({ items: [0, most] });
const oneTo = (most: number): Limit => ({ items: [1, most] });
/** No characters beyond the Basic Multilingual Plane: no emoji, no rare Chinese characters. */
const noSupplementary = '^[^\\u{10000}-\\u{10FFFF}]*$';
const domain: Limit = { length: [1, 80] };
const name: Limit = { length: [1, 80], pattern: noSupplementary };
const protocolNames = ['TCP', 'UDP', 'HTTP', 'HTTPS', 'TCP_SSL', 'QUIC'];
/** The official sample of CreateListener with rescheduling (examples.json of tccli) has "tcp". */
const protocols: Limit = { values: [...protocolNames, ...protocolNames.map((it) => it.toLowerCase())] };
const slaTypes: Limit = {
  values: ['c2.medium', 'c3.small', 'c3.medium', 'c4.small', 'c4.medium', 'c4.large', 'c4.xlarge'].map(
    (it) => `clb.${it}`,
  ),
};
const reschedule: Limit = { range: [0, 3600] };
const switches: Limit = { values: ['ON', 'OPTIONAL'] };
const sslModes: Limit = { values: ['UNIDIRECTIONAL', 'MUTUAL'] };

/**
 * By structure, then field. Source of each, unless a line says otherwise: the field's own comment in the SDK's
 * clb_models.d.ts, which is the text of the API's documentation. "ours": an empty list or a number without meaning is
 * refused although the documentation does not say so.
 */
const limits: Readonly<Record<string, Readonly<Record<string, Limit>>>> = {
  AssumeRoleWithWebIdentityRequest: {
    DurationSeconds: { range: [1, 43_200] },
    WebIdentityToken: { length: [1, 64_000] }, // ours
  },
  AutoRewriteRequest: { RewriteCodes: { values: [301, 302, 307] } },
  BatchDeregisterTargetsRequest: { Targets: oneTo(500) },
  BatchModifyTargetTagRequest: { ModifyList: oneTo(500) },
  BatchModifyTargetWeightRequest: { ModifyList: oneTo(100) },
  BatchRegisterTargetsRequest: { Targets: oneTo(500) },
  BatchTarget: { Port: port, Weight: weight, Tag: { length: [0, 256] } }, // Tag: ours
  CertificateInput: { SSLMode: sslModes, SSLVerifyClient: switches },
  CloneLoadBalancerRequest: {
    LoadBalancerName: { length: [1, 60], pattern: '^[A-Za-z0-9\\u3400-\\u9fff_-]*$' },
    SlaType: slaTypes,
  },
  CreateListenerRequest: {
    // The API answers "Length of .Ports should be less than 50" (tke-extend-network-controller).
    Ports: { ...oneTo(49), ...port },
    Protocol: protocols,
    ListenerNames: { length: [0, 80], pattern: noSupplementary },
    SessionExpireTime: { range: [0, 3600] },
    Scheduler: { values: ['WRR', 'LEAST_CONN'] },
    SniSwitch: yesNo,
    TargetType: { values: ['NODE', 'TARGETGROUP', 'TARGETGROUP-V2'] },
    SessionType: { values: ['NORMAL', 'QUIC_CID'] },
    KeepaliveEnable: yesNo,
    EndPort: { range: [0, 65535] },
    MaxConn: { range: [-1] },
    MaxCps: { range: [-1] },
    IdleConnectTimeout: { range: [10, 1980] },
    FullEndPorts: { range: [2, 65535] },
    DataCompressMode: { values: ['transparent', 'compatibility'] },
    RescheduleStartTime: reschedule,
    RescheduleInterval: reschedule,
  },
  CreateLoadBalancerRequest: {
    LoadBalancerType: { values: ['OPEN', 'INTERNAL'] },
    Forward: { values: [1] },
    LoadBalancerName: name,
    ProjectId: { range: [0] },
    Number: { range: [1, 20] },
    Tags: upTo(20),
    ClientToken: { length: [0, 64], pattern: '^[\\x00-\\x7f]*$' },
    SlaType: slaTypes,
    LBChargeType: { values: ['POSTPAID_BY_HOUR', 'PREPAID'] },
  },
  CreateLoadBalancerSnatIpsRequest: { SnatIps: oneTo(10), Number: { range: [1, 10] } },
  CreateRuleRequest: { Rules: oneTo(50) }, // as many as the quota of rules
  DeleteLoadBalancerListenersRequest: { ListenerIds: upTo(20) },
  DeleteLoadBalancerRequest: { LoadBalancerIds: oneTo(20) },
  DeleteLoadBalancerSnatIpsRequest: { Ips: oneTo(20) },
  DeregisterTargetsRequest: { Targets: oneTo(20) },
  DescribeAsyncJobsRequest: { MaxResults: { range: [1, 100] } },
  DescribeIdleLoadBalancersRequest: { Offset: { range: [0] }, Limit: { range: [1, 100] } },
  DescribeLBListenersRequest: { Backends: oneTo(20) }, // 20: ours
  DescribeLBOperateProtectRequest: { LoadBalancerIds: oneTo(20) }, // 20: ours
  DescribeListenersRequest: { ListenerIds: upTo(100), Protocol: protocols, Port: port },
  DescribeLoadBalancerListByCertIdRequest: { CertIds: oneTo(20) },
  DescribeLoadBalancersDetailRequest: {
    Offset: { range: [0] },
    Limit: { range: [1, 100] },
    Filters: upTo(10),
    TargetType: { values: ['NODE', 'GROUP'] },
  },
  DescribeLoadBalancersRequest: {
    LoadBalancerIds: upTo(20),
    // -1, all kinds, is what other controllers send.
    Forward: { values: [-1, 0, 1] },
    Offset: { range: [0] },
    Limit: { range: [1, 100] },
    OrderBy: { values: ['LoadBalancerName', 'CreateTime', 'Domain', 'LoadBalancerType'] },
    OrderType: yesNo,
    WithRs: { values: [-1, 0, 1] },
    Filters: upTo(10),
  },
  DescribeTargetHealthRequest: { LoadBalancerIds: oneTo(30) },
  DescribeTargetsRequest: { ListenerIds: upTo(20), Protocol: protocols, Port: port, Filters: upTo(10) },
  Filter: { Values: upTo(100) },
  HealthCheck: {
    HealthSwitch: yesNo,
    TimeOut: { range: [2, 60] },
    IntervalTime: { range: [2, 300] },
    HealthNum: { range: [2, 10] },
    UnHealthNum: { range: [2, 10] },
    HttpCode: { range: [1, 31] },
    HttpCheckPath: { length: [1, 200], pattern: '^[\\w./=?:-]*$' },
    HttpCheckDomain: { length: [0, 80], pattern: '^[\\w.-]*$' },
    HttpCheckMethod: { values: ['HEAD', 'GET'] },
    CheckPort: { range: [-1, 65535] },
    ContextType: { values: ['HEX', 'TEXT'] },
    SendContext: { length: [0, 500] },
    RecvContext: { length: [0, 500] },
    CheckType: { values: ['TCP', 'HTTP', 'HTTPS', 'GRPC', 'PING', 'CUSTOM'] },
    SourceIpType: yesNo,
  },
  InternetAccessible: {
    InternetChargeType: {
      values: ['TRAFFIC_POSTPAID_BY_HOUR', 'BANDWIDTH_POSTPAID_BY_HOUR', 'BANDWIDTH_PACKAGE', 'BANDWIDTH_PREPAID'],
    },
    InternetMaxBandwidthOut: { range: [1, 61_440] },
  },
  ManualRewriteRequest: { RewriteInfos: some }, // ours
  DeleteRewriteRequest: { RewriteInfos: some }, // ours
  ModifyDomainAttributesRequest: { NewDomain: domain, NewDomains: { ...some, ...domain } },
  ModifyDomainRequest: { NewDomain: { length: [1, 120] } },
  ModifyListenerRequest: {
    ListenerName: name,
    SessionExpireTime: { range: [0, 3600] },
    Scheduler: { values: ['WRR', 'LEAST_CONN', 'IP_HASH'] },
    SniSwitch: yesNo,
    TargetType: { values: ['NODE', 'TARGETGROUP', 'TARGETGROUP-V2'] },
    KeepaliveEnable: yesNo,
    SessionType: { values: ['NORMAL', 'QUIC_CID'] },
    MaxConn: { range: [-1] },
    MaxCps: { range: [-1] },
    IdleConnectTimeout: { range: [10, 1980] },
    DataCompressMode: { values: ['transparent', 'compatibility'] },
    RescheduleStartTime: reschedule,
    RescheduleInterval: reschedule,
  },
  ModifyLoadBalancerAttributesRequest: { LoadBalancerName: name, SwitchFlag: { values: [0, 1, 2] } },
  ModifyLoadBalancerMixIpTargetRequest: { LoadBalancerIds: oneTo(20) },
  ModifyLoadBalancerSlaRequest: { LoadBalancerSla: oneTo(20) }, // 20: ours
  ModifyLoadBalancersProjectRequest: { LoadBalancerIds: oneTo(20), ProjectId: { range: [0] } },
  ModifyRuleRequest: {
    Url: { length: [1, 200] },
    Scheduler: { values: ['WRR', 'LEAST_CONN', 'IP_HASH'] },
    SessionExpireTime: { range: [0, 86_400] },
    ForwardType: { values: ['HTTP', 'HTTPS', 'GRPC', 'GRPCS'] },
  },
  ModifyTargetPortRequest: { Targets: some, NewPort: port },
  ModifyTargetWeightRequest: { Targets: some, Weight: weight },
  MultiCertInfo: { SSLMode: sslModes, SSLVerifyClient: switches, CertList: some },
  RegisterTargetsRequest: { Targets: oneTo(20) },
  RewriteLocationMap: { RewriteCode: { values: [301, 302, 307] } },
  RsTagRule: { Targets: some },
  RsWeightRule: { Targets: oneTo(50), Weight: weight },
  RuleInput: {
    Url: { length: [1, 200] },
    Domain: domain,
    Domains: { ...some, ...domain },
    SessionExpireTime: { range: [0, 86_400] },
    Scheduler: { values: ['WRR', 'LEAST_CONN', 'IP_HASH'] },
    ForwardType: { values: ['HTTP', 'HTTPS', 'GRPC', 'GRPCS'] },
    TargetType: { values: ['NODE', 'TARGETGROUP', 'TARGETGROUP-V2'] },
  },
  SetLoadBalancerSecurityGroupsRequest: { SecurityGroups: upTo(50) },
  SetLoadBalancerStartStatusRequest: { OperationType: { values: ['Start', 'Stop'] } },
  SetSecurityGroupForLoadbalancersRequest: {
    OperationType: { values: ['ADD', 'DEL'] },
    LoadBalancerIds: oneTo(20),
  },
  SlaUpdateParam: { SlaType: slaTypes },
  Target: { Port: port, Weight: weight, Tag: { length: [0, 256] } }, // Tag: ours
};

/** The bounds of a field; none when none are known. */
export function limitOf(structure: string, field: string): Limit {
  return limits[structure]?.[field] ?? {};
}

/** Every structure and field that has bounds. */
export function limitedFields(): [structure: string, field: string][] {
  return Object.entries(limits).flatMap(([structure, fields]) =>
    Object.keys(fields).map((field): [string, string] => [structure, field]),
  );
}
