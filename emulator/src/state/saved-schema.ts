import type {
  Certificate,
  CertificateUse,
  HealthCheck,
  InternetAccess,
  Listener,
  LoadBalancer,
  Reschedule,
  Rule,
  Target,
} from './model.ts';
import type { SecurityGroupFacts, SecurityRule } from './security-groups.ts';
import type { Order } from './store.ts';

/** The version of the format; a file of another one is refused. */
export const savedVersion = 1;

/** Certificates as JSON has them: without a key, there is no field. */
type SavedCertificate = Omit<Certificate, 'privateKey' | 'tags'>;

/** Everything that is kept: no tasks, no faults, no credentials. */
export interface SavedState {
  version: typeof savedVersion;
  savedAtMs: number;
  loadBalancers: LoadBalancer[];
  certificates: Record<string, Certificate>;
  /** What CreateLoadBalancer made, by ClientToken. */
  orders: Record<string, Order>;
  /** Not in the files of older programs. */
  securityGroups?: Record<string, readonly SecurityRule[]>;
  madeSecurityGroups?: Record<string, SecurityGroupFacts>;
}

const text = { type: 'string' };
const name = { type: 'string', minLength: 1 };
const whole = { type: 'integer' };
const yes = { type: 'boolean' };
const flag = { enum: [0, 1] };
const port = { type: 'integer', minimum: 0, maximum: 65_535 };
const address = { type: 'string', pattern: '^((\\d{1,3}\\.){3}\\d{1,3}|[\\da-f:]*:[\\da-f:]*)$' };
const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });
const list = (items: object, minItems = 0) => ({ type: 'array', items, minItems });
const byName = (values: object) => ({ type: 'object', additionalProperties: values });

/** Every field of T is there, and none but those: a field that the model gains has to be written here too. */
function wholeOf<T>(properties: Readonly<Record<keyof T & string, object>>, optional: object = {}) {
  const required = Object.keys(properties);
  return { type: 'object', properties: { ...properties, ...optional }, required, additionalProperties: false };
}

const certificateUse = wholeOf<CertificateUse>({
  sslMode: { enum: ['UNIDIRECTIONAL', 'MUTUAL'] },
  certIds: list(name),
  caId: orNull(name),
  verifyClient: { enum: ['ON', 'OPTIONAL'] },
});

const healthCheck = wholeOf<HealthCheck>({
  HealthSwitch: flag,
  CheckType: { enum: ['TCP', 'HTTP', 'HTTPS', 'GRPC', 'PING', 'CUSTOM'] },
  TimeOut: whole,
  IntervalTime: { type: 'integer', minimum: 1 },
  HealthNum: { type: 'integer', minimum: 1 },
  UnHealthNum: { type: 'integer', minimum: 1 },
  HttpCode: orNull(whole),
  HttpCheckPath: orNull(text),
  HttpCheckDomain: orNull(text),
  HttpCheckMethod: { enum: ['HEAD', 'GET', null] },
  HttpVersion: orNull(text),
  CheckPort: orNull(port),
  SourceIpType: whole,
  ContextType: { enum: ['HEX', 'TEXT', null] },
  SendContext: orNull(text),
  RecvContext: orNull(text),
  ExtendedCode: orNull(text),
});

const target = wholeOf<Omit<Target, 'reportedHealth'>>({
  ip: address,
  port,
  weight: { type: 'integer', minimum: 0, maximum: 100 },
  tag: orNull(text),
  health: { enum: ['Unknown', 'Alive', 'Dead', 'Close'] },
  registeredAtMs: whole,
});

const rule = wholeOf<Rule>({
  id: name,
  createdAtMs: whole,
  domains: list(name, 1),
  url: name,
  scheduler: name,
  sessionExpireTime: whole,
  forwardType: text,
  cookieName: text,
  defaultServer: yes,
  http2: yes,
  quic: yes,
  certificate: orNull(certificateUse),
  rewrite: orNull(
    wholeOf<NonNullable<Rule['rewrite']>>({
      listenerId: name,
      locationId: name,
      code: whole,
      takesUrl: yes,
      isAuto: yes,
    }),
  ),
  healthCheck,
  targets: list(target),
});

const reschedule = wholeOf<Reschedule>({
  zeroWeight: yes,
  unhealthy: yes,
  expandTarget: yes,
  startTimeS: whole,
  intervalS: whole,
});

const listener = wholeOf<Listener>({
  id: name,
  protocol: { enum: ['TCP', 'UDP', 'TCP_SSL', 'QUIC', 'HTTP', 'HTTPS'] },
  port,
  endPort: port,
  createdAtMs: whole,
  name: text,
  scheduler: name,
  sessionExpireTime: whole,
  sessionType: text,
  idleConnectTimeout: whole,
  deregisterTargetRst: yes,
  reschedule,
  proxyProtocol: yes,
  keepaliveEnable: flag,
  sniSwitch: flag,
  snatEnable: yes,
  maxConn: whole,
  maxCps: whole,
  dataCompressMode: text,
  certificate: orNull(certificateUse),
  healthCheck,
  targets: list(target),
  rules: list(rule),
});

/** Not in the files of older programs. */
const newFields = { ipv6Mode: { enum: ['IPv6FullChain', 'IPv6Nat64', null] }, domain: orNull(name) };

const tags = list(wholeOf<LoadBalancer['tags'][number]>({ TagKey: text, TagValue: text }));

const loadBalancer = wholeOf<Omit<LoadBalancer, keyof typeof newFields>>(
  {
    id: name,
    type: { enum: ['OPEN', 'INTERNAL'] },
    region: name,
    vpcId: text,
    subnetId: orNull(text),
    vips: list(address, 1),
    createdAtMs: whole,
    name: text,
    projectId: whole,
    tags,
    secureGroups: list(text),
    passToTarget: yes,
    snatPro: yes,
    snatIps: list(wholeOf<LoadBalancer['snatIps'][number]>({ SubnetId: text, Ip: text })),
    slaType: text,
    chargeType: text,
    internet: orNull(wholeOf<InternetAccess>({ chargeType: text, maxBandwidthMbps: whole, packageType: orNull(text) })),
    isp: text,
    masterZone: orNull(text),
    deleteProtect: yes,
    mixIpTarget: yes,
    associateEndpoint: text,
    started: yes,
    usable: yes,
    listeners: list(listener),
  },
  newFields,
);

const securityRule = wholeOf<SecurityRule>({
  action: { enum: ['ACCEPT', 'DROP'] },
  protocol: { enum: ['TCP', 'UDP', 'ALL'] },
  port: name,
  cidrBlock: name,
});

const madeSecurityGroup = wholeOf<SecurityGroupFacts>({
  region: name,
  name: text,
  description: text,
  tags: list(wholeOf<SecurityGroupFacts['tags'][number]>({ Key: name, Value: text })),
  createdAtMs: whole,
  version: whole,
});

/** JSON Schema of a saved state. */
export const savedSchema = wholeOf<Omit<SavedState, 'securityGroups' | 'madeSecurityGroups'>>(
  {
    version: { const: savedVersion },
    savedAtMs: whole,
    loadBalancers: list(loadBalancer),
    certificates: byName(wholeOf<SavedCertificate>({ name: text, certificate: text }, { privateKey: text, tags })),
    orders: byName(wholeOf<Order>({ requestId: name, ids: list(name) })),
  },
  { securityGroups: byName(list(securityRule)), madeSecurityGroups: byName(madeSecurityGroup) },
);
