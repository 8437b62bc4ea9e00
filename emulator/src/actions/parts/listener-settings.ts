import { ApiError } from '../../errors/api-error.ts';
import type { Listener, ListenerSettings, Protocol, Reschedule } from '../../state/model.ts';
import type { RequestOf } from './action.ts';

type Request = Omit<RequestOf<'ModifyListener'>, 'LoadBalancerId' | 'ListenerId' | 'ListenerName'> & {
  SessionType?: string;
};

/** Fields that not every protocol has (comments of CreateListenerRequest). */
const onlyFor: Partial<Record<keyof Request, readonly Protocol[]>> = {
  HealthCheck: ['TCP', 'UDP', 'TCP_SSL', 'QUIC'],
  SessionExpireTime: ['TCP', 'UDP', 'TCP_SSL', 'QUIC'],
  Certificate: ['HTTPS', 'TCP_SSL', 'QUIC'],
  MultiCertInfo: ['HTTPS', 'TCP_SSL', 'QUIC'],
  SniSwitch: ['HTTPS'],
  DeregisterTargetRst: ['TCP', 'UDP'],
  ProxyProtocol: ['TCP_SSL', 'QUIC'],
  RescheduleTargetZeroWeight: ['TCP', 'UDP'],
  RescheduleUnhealthy: ['TCP', 'UDP'],
  RescheduleExpandTarget: ['TCP', 'UDP'],
};

/** A field that switches something off is good for every protocol. */
const isOff = (value: unknown) => value === undefined || value === false || value === 0;

/** Refuses fields that do not go with the protocol of the listener. */
export function checkSettings(request: Request, protocol: Protocol): void {
  for (const [field, protocols] of Object.entries(onlyFor)) {
    if (isOff(request[field as keyof Request]) || protocols.includes(protocol)) continue;
    const message = `${field} is not for ${protocol} listeners.`;
    throw new ApiError('InvalidParameter.ProtocolCheckFailed', message);
  }
  if (request.TargetType !== undefined && request.TargetType !== 'NODE') {
    throw new ApiError('UnsupportedOperation', 'The emulator has no target groups: TargetType must be NODE.');
  }
  const session = request.SessionExpireTime ?? 0;
  if (session > 0 && session < 30) {
    throw new ApiError('InvalidParameterValue.Range', 'SessionExpireTime is 0 or from 30 to 3600.');
  }
}

function rescheduleOf(request: Request, before: Reschedule): Reschedule {
  return {
    zeroWeight: request.RescheduleTargetZeroWeight ?? before.zeroWeight,
    unhealthy: request.RescheduleUnhealthy ?? before.unhealthy,
    expandTarget: request.RescheduleExpandTarget ?? before.expandTarget,
    startTimeS: request.RescheduleStartTime ?? before.startTimeS,
    intervalS: request.RescheduleInterval ?? before.intervalS,
  };
}

const bit = (value: number | undefined, before: 0 | 1) => (value === undefined ? before : value === 1 ? 1 : 0);

type Settings = Omit<ListenerSettings, 'name' | 'certificate'>;

/** The settings of a listener after a request: what it names, the others as before. */
export function toSettings(request: Request, before: Settings | Listener): Settings {
  return {
    ...streamSettings(request, before),
    reschedule: rescheduleOf(request, before.reschedule),
    proxyProtocol: request.ProxyProtocol ?? before.proxyProtocol,
    keepaliveEnable: bit(request.KeepaliveEnable, before.keepaliveEnable),
    sniSwitch: bit(request.SniSwitch, before.sniSwitch),
    maxConn: request.MaxConn ?? before.maxConn,
    maxCps: request.MaxCps ?? before.maxCps,
    dataCompressMode: request.DataCompressMode ?? before.dataCompressMode,
  };
}

function streamSettings(request: Request, before: Settings) {
  return {
    scheduler: request.Scheduler ?? before.scheduler,
    sessionExpireTime: request.SessionExpireTime ?? before.sessionExpireTime,
    sessionType: request.SessionType ?? before.sessionType,
    idleConnectTimeout: request.IdleConnectTimeout ?? before.idleConnectTimeout,
    deregisterTargetRst: request.DeregisterTargetRst ?? before.deregisterTargetRst,
    snatEnable: request.SnatEnable ?? before.snatEnable,
  };
}
