import { ApiError } from '../../errors/api-error.ts';
import type { LoadBalancer, Protocol } from '../../state/model.ts';
import type { RequestOf } from './action.ts';

type Request = Partial<Omit<RequestOf<'CreateListener'>, 'LoadBalancerId'>>;

const l4: readonly Protocol[] = ['TCP', 'UDP'];
const streams: readonly Protocol[] = ['TCP', 'UDP', 'TCP_SSL', 'QUIC'];
const l7: readonly Protocol[] = ['HTTP', 'HTTPS'];

/** Fields that not every protocol has (comments of CreateListenerRequest). */
const onlyFor: Partial<Record<keyof Request, readonly Protocol[]>> = {
  HealthCheck: streams,
  // The comment names TCP and UDP only, the pages on sessions TCP_SSL and QUIC too.
  SessionExpireTime: streams,
  Scheduler: streams,
  MaxConn: streams,
  MaxCps: streams,
  Certificate: ['HTTPS', 'TCP_SSL', 'QUIC'],
  MultiCertInfo: ['HTTPS', 'TCP_SSL', 'QUIC'],
  SniSwitch: ['HTTPS'],
  H2cSwitch: ['HTTP'],
  KeepaliveEnable: l7,
  DeregisterTargetRst: l4,
  IdleConnectTimeout: l4,
  ProxyProtocol: ['TCP_SSL', 'QUIC'],
  SslCloseSwitch: ['TCP_SSL'],
  RescheduleTargetZeroWeight: l4,
  RescheduleUnhealthy: l4,
  RescheduleExpandTarget: l4,
  RescheduleStartTime: l4,
  RescheduleInterval: l4,
};

/** The longest of a load balancer that is shared (comment of IdleConnectTimeout). */
const sharedIdleS = 900;

/** A field that switches something off, or has its default, is good for every protocol. */
const isOff = (value: unknown) => [undefined, false, 0, -1, 'WRR'].includes(value as string);

const refuseProtocol = (message: string) => new ApiError('InvalidParameter.ProtocolCheckFailed', message);

function checkProtocol(request: Request, protocol: Protocol): void {
  for (const [field, protocols] of Object.entries(onlyFor)) {
    if (isOff(request[field as keyof Request]) || protocols.includes(protocol)) continue;
    throw refuseProtocol(`${field} is not for ${protocol} listeners.`);
  }
  const { SessionType, Scheduler = 'WRR' } = request;
  if (SessionType === 'QUIC_CID' && (protocol !== 'UDP' || Scheduler !== 'WRR')) {
    throw refuseProtocol('SessionType QUIC_CID is for UDP listeners with the Scheduler WRR.');
  }
}

/** What only load balancers with a SlaType have. */
function checkCapacity(request: Request, { id, slaType }: LoadBalancer): void {
  if (slaType !== '') return;
  const limited = (['MaxConn', 'MaxCps'] as const).find((field) => !isOff(request[field]));
  if (limited) throw new ApiError('InvalidParameter', `${limited} is not for ${id}, which has no SlaType.`);
  if ((request.IdleConnectTimeout ?? 0) <= sharedIdleS) return;
  const message = `IdleConnectTimeout of ${id}, which has no SlaType, is at most ${sharedIdleS}.`;
  throw new ApiError('InvalidParameterValue.Range', message);
}

function checkSupport({ TargetType, H2cSwitch }: Request): void {
  if (TargetType !== undefined && TargetType !== 'NODE') {
    throw new ApiError('UnsupportedOperation', 'The emulator has no target groups: TargetType must be NODE.');
  }
  if (H2cSwitch === true) throw new ApiError('UnsupportedOperation', 'The emulator has no h2c: leave H2cSwitch out.');
}

/** Refuses fields that do not go with the protocol of the listener, or with its load balancer. */
export function checkSettings(request: Request, protocol: Protocol, loadBalancer: LoadBalancer): void {
  checkProtocol(request, protocol);
  checkCapacity(request, loadBalancer);
  checkSupport(request);
  const session = request.SessionExpireTime ?? 0;
  if (session > 0 && session < 30) {
    throw new ApiError('InvalidParameterValue.Range', 'SessionExpireTime is 0 or from 30 to 3600.');
  }
}
